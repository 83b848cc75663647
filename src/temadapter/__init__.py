"""Tem-Adapter: answer multiple-choice questions about videos with a frozen image-text model.

Every name below is loaded when it is first used, so `import temadapter` is instant.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from temadapter.answer import Answer
    from temadapter.api.ask import ask
    from temadapter.api.audit_crossroads import audit_crossroads
    from temadapter.api.check_dataset import check_dataset
    from temadapter.api.compare import compare, plan_comparison, report_comparison
    from temadapter.api.convert import convert_authors, convert_checkpoint, convert_features
    from temadapter.api.demo import demo
    from temadapter.api.describe import describe, describe_dataset
    from temadapter.api.evaluate import evaluate
    from temadapter.api.export_dataset import export_dataset
    from temadapter.api.extract import extract, plan_extraction
    from temadapter.api.generate_crossroads import generate_crossroads
    from temadapter.api.info import info
    from temadapter.api.list_available import list_available
    from temadapter.api.predict import predict
    from temadapter.api.pretrain_mini import pretrain_mini
    from temadapter.api.push import push
    from temadapter.api.reproduce import plan_reproduction, reproduce
    from temadapter.api.train import plan_training, train
    from temadapter.api.watch import watch
    from temadapter.backbones.base import Backbone
    from temadapter.backbones.registry import list_backbones, load_backbone, register_backbone
    from temadapter.data.dataset import Dataset
    from temadapter.data.load import load_dataset
    from temadapter.data.question import Question
    from temadapter.errors import TemAdapterError
    from temadapter.features.store import FeatureStore
    from temadapter.methods.registry import list_methods, register_method
    from temadapter.methods.spec import MethodSpec
    from temadapter.models.config import ModelConfig
    from temadapter.models.tem_adapter import TemAdapter
    from temadapter.qa import VideoQA
    from temadapter.training.torch_dataset import FeatureDataset, collate

__version__ = "0.1.0"

_HOMES = {
    "Answer": "answer",
    "Backbone": "backbones.base",
    "Dataset": "data.dataset",
    "FeatureDataset": "training.torch_dataset",
    "FeatureStore": "features.store",
    "MethodSpec": "methods.spec",
    "ModelConfig": "models.config",
    "Question": "data.question",
    "TemAdapter": "models.tem_adapter",
    "TemAdapterError": "errors",
    "VideoQA": "qa",
    "ask": "api.ask",
    "audit_crossroads": "api.audit_crossroads",
    "check_dataset": "api.check_dataset",
    "collate": "training.torch_dataset",
    "compare": "api.compare",
    "convert_authors": "api.convert",
    "convert_checkpoint": "api.convert",
    "convert_features": "api.convert",
    "demo": "api.demo",
    "describe": "api.describe",
    "describe_dataset": "api.describe",
    "evaluate": "api.evaluate",
    "export_dataset": "api.export_dataset",
    "extract": "api.extract",
    "generate_crossroads": "api.generate_crossroads",
    "info": "api.info",
    "list_available": "api.list_available",
    "list_backbones": "backbones.registry",
    "list_methods": "methods.registry",
    "load_backbone": "backbones.registry",
    "load_dataset": "data.load",
    "plan_comparison": "api.compare",
    "plan_extraction": "api.extract",
    "plan_reproduction": "api.reproduce",
    "plan_training": "api.train",
    "predict": "api.predict",
    "pretrain_mini": "api.pretrain_mini",
    "push": "api.push",
    "register_backbone": "backbones.registry",
    "register_method": "methods.registry",
    "report_comparison": "api.compare",
    "reproduce": "api.reproduce",
    "train": "api.train",
    "watch": "api.watch",
}

__all__ = [
    "Answer",
    "Backbone",
    "Dataset",
    "FeatureDataset",
    "FeatureStore",
    "MethodSpec",
    "ModelConfig",
    "Question",
    "TemAdapter",
    "TemAdapterError",
    "VideoQA",
    "__version__",
    "ask",
    "audit_crossroads",
    "check_dataset",
    "collate",
    "compare",
    "convert_authors",
    "convert_checkpoint",
    "convert_features",
    "demo",
    "describe",
    "describe_dataset",
    "evaluate",
    "export_dataset",
    "extract",
    "generate_crossroads",
    "info",
    "list_available",
    "list_backbones",
    "list_methods",
    "load_backbone",
    "load_dataset",
    "plan_comparison",
    "plan_extraction",
    "plan_reproduction",
    "plan_training",
    "predict",
    "pretrain_mini",
    "push",
    "register_backbone",
    "register_method",
    "report_comparison",
    "reproduce",
    "train",
    "watch",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'temadapter' has no attribute {name!r}")
    return getattr(import_module(f"temadapter.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
