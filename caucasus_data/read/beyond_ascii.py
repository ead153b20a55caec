"""Characters past ASCII, judged from their bytes: well-formed UTF-8, letters of which script.

Only the two questions that ``scan`` has: where is the encoding broken, and where might a
character be one that ``text.faults`` refuses (invisible, an odd space, not NFC, or of another
script than its neighbour).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from caucasus_data.read.text import SCRIPTS, may_be_refused

Places = npt.NDArray[np.int64]

_NEUTRAL, _LATIN, _OTHER_LETTER, _SUSPECT, _UNSEEN = 0, 1, 9, 254, 255
_KINDS = np.full(0x10000, _UNSEEN, np.uint8)
"""What each character of the basic plane is, filled in as characters are met."""
_LETTER = np.zeros(256, bool)
_LETTER[65:91] = _LETTER[97:123] = True


def _kind(character: str) -> int:
    if may_be_refused(character):
        return _SUSPECT
    for number, (_, letters) in enumerate(SCRIPTS, _LATIN):
        if letters.match(character):
            return number
    return _OTHER_LETTER if character.isalnum() and not character.isdecimal() else _NEUTRAL


def _kinds(points: npt.NDArray[np.int64]) -> npt.NDArray[np.uint8]:
    kinds = _KINDS[np.minimum(points, 0xFFFF)]
    unseen = kinds == _UNSEEN
    if unseen.any():
        for point in np.unique(points[unseen]):
            _KINDS[min(point, 0xFFFF)] = _kind(chr(point)) if point < 0xFFFF else _SUSPECT
        kinds = _KINDS[np.minimum(points, 0xFFFF)]
    return kinds


def judge(data: npt.NDArray[np.uint8], high: Places) -> tuple[Places, Places]:
    """Places of broken encoding, and of suspicious characters.

    ``high``: every place with a byte past 127 in a run that cuts no character.
    """
    last = len(data) - 1
    own = data[high]
    leads = high[own >= 0xC0]
    lead = data[leads].astype(np.int64)
    length = 2 + (lead >= 0xE0) + (lead >= 0xF0)
    follow = [data[np.minimum(leads + k, last)].astype(np.int64) for k in (1, 2, 3)]
    tails = [(byte & 0xC0) == 0x80 for byte in follow]
    whole = tails[0] & (tails[1] | (length < 3)) & (tails[2] | (length < 4))
    bits = [byte & 0x3F for byte in follow]
    point = ((lead & 0x1F) << 6) | bits[0]
    three = length == 3
    if three.any():
        point = np.where(three, ((lead & 0x0F) << 12) | (bits[0] << 6) | bits[1], point)
    four = length == 4
    if four.any():
        long = ((lead & 0x07) << 18) | (bits[0] << 12) | (bits[1] << 6) | bits[2]
        point = np.where(four, long, point)
    least = np.where(four, 0x10000, np.where(three, 0x800, 0x80))
    good = (
        whole
        & (point >= least)
        & (point <= 0x10FFFF)
        & ((point < 0xD800) | (point > 0xDFFF))
        & (lead < 0xF8)
    )
    if not good.all() or int((length - 1).sum()) != len(high) - len(leads):
        covered = np.concatenate([leads[good] + k for k in range(4)])
        extent = np.concatenate([length[good] > k for k in range(4)])
        spoiled = np.setdiff1d(high, covered[extent])
        leads, length, point = leads[good], length[good], point[good]
    else:
        spoiled = high[:0]
    return spoiled, _suspicious(data, leads, length, point)


def _suspicious(
    data: npt.NDArray[np.uint8], leads: Places, length: Places, point: Places
) -> Places:
    if not len(leads):
        return leads
    kind = _kinds(point)
    odd = kind == _SUSPECT
    letter = (kind != _NEUTRAL) & ~odd
    beside = (
        (leads[1:] == leads[:-1] + length[:-1]) & letter[1:] & letter[:-1] & (kind[1:] != kind[:-1])
    )
    odd[1:] |= beside
    foreign = letter & (kind != _LATIN)
    if foreign.any():
        at = leads[foreign]
        after = np.minimum(at + length[foreign], len(data) - 1)
        odd[foreign] |= (_LETTER[data[at - 1]] & (at > 0)) | _LETTER[data[after]]
    return leads[odd]
