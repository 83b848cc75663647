"""What `plus` reads: sentences about stills. Reading them takes word lists, which the method's name alone does not."""

from __future__ import annotations

from dataclasses import dataclass

from temadapter.descriptions.banks import AUTO, GENERAL, Bank, load_bank
from temadapter.descriptions.mentions import MOST
from temadapter.methods.extra_texts import Reading


@dataclass(frozen=True)
class PlusReader:
    """What `plus` reads of an option: the description renamed, and the bank's sentences for its entities.

    Args:
        bank: The sentences.
        renamed: Whether the description is renamed.
    """

    bank: Bank
    renamed: bool = True

    def __call__(self, text: str) -> Reading:
        """Return the renamed description; the scene's sentences, those of up to three entities, and of the others."""
        entities = self.bank.find(text)
        blank = ("",) * len(self.bank.about)
        about = [self.bank.sentences(entity) for entity in entities] + [blank] * (MOST - len(entities))
        others = [blank if entity in entities else self.bank.sentences(entity) for entity in self.bank.others]
        shared = (*self.bank.scene, *(text for part in (*about, *others) for text in part))
        return Reading((self.bank.rename(text) if self.renamed else text,), shared)


def bank_reader(bank: str, *, renamed: bool) -> PlusReader:
    """Return the reader of a bank; that of the general one where none was chosen yet.

    Raises:
        ConfigError: There is no such bank, or it cannot be read.
    """
    return PlusReader(load_bank(GENERAL if bank == AUTO else bank), renamed)
