"""The documentation builds without a warning, holds the whole public API, and loads nothing from elsewhere."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import temadapter

ROOT = Path(__file__).resolve().parents[2]
if not (ROOT / "mkdocs.yml").is_file():
    pytest.skip("the documentation is not here", allow_module_level=True)
pytest.importorskip("mkdocs")
LOADED = re.compile(
    r"<(?:script|img|iframe)\b[^>]*\bsrc=\"(https?:)?//|<link\b[^>]*rel=\"(?:stylesheet|preconnect|icon)\"[^>]*href=\"(https?:)?//"
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder


def test_the_whole_public_api_is_in_the_reference(site: Path) -> None:
    reference = "".join(page.read_text() for page in (site / "reference").glob("*.html"))
    documented = set(re.findall(r"id=\"temadapter\.(\w+)\"", reference))
    missing = set(temadapter.__all__) - {"__version__", "TemAdapterError"} - documented
    assert not missing
    assert 'id="temadapter.errors.TemAdapterError"' in reference


def test_no_page_loads_anything_from_elsewhere(site: Path) -> None:
    for page in site.rglob("*.html"):
        assert not LOADED.search(page.read_text()), page
    for sheet in site.rglob("*.css"):
        assert not re.search(r"(?:@import|url\()\s*['\"]?(?:https?:)?//", sheet.read_text()), sheet


def test_links_into_the_code_lead_to_the_reference_or_are_plain_text(site: Path) -> None:
    page = (site / "method.html").read_text()
    assert 'href="reference/models.html#temadapter.models.semantic_aligner.SemanticAligner"' in page
    assert "../src/" not in page
