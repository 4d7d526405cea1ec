"""Pages in every frame: rotated, cropped, scaled, inherited. On each the reader sees exactly one number sign."""

from __future__ import annotations

from dataclasses import dataclass

from corpus.writer import append, stream

Box = tuple[float, float, float, float]
A4: Box = (0, 0, 595, 842)
CROP: Box = (40, 60, 555, 790)
SIGN_WIDTH = 0.556  # of a number sign in Helvetica, in ems
SIZE = 12


@dataclass(frozen=True)
class Leaf:
    """One page. `own` are its own entries, the other fields what holds once inheritance and cutting are done."""

    title: str
    own: str
    crop: Box = A4
    rotate: int = 0
    user_unit: float = 1
    upright: bool = True  # does the text read upright once the page is rotated?
    by: str = "cm"  # the operator that turns it


@dataclass(frozen=True)
class Node:
    """An inner node of the page tree, with the entries that its kids inherit."""

    kids: tuple[Node | Leaf, ...]
    entries: str = ""


def numbers(*values: float) -> str:
    """Operands, as short as they can be written."""
    return " ".join(f"{value:g}" for value in values)


def boxed(name: str, box: Box) -> str:
    """A box entry."""
    return f"/{name} [{numbers(*box)}]"


def view(leaf: Leaf) -> tuple[tuple[float, ...], float, float]:
    """The matrix to user space from the page as seen (origin lower left, y up, same unit); width and height as seen."""
    x0, y0, x1, y1 = leaf.crop
    turn = leaf.rotate if leaf.upright else 0
    matrix = {
        0: (1, 0, 0, 1, x0, y0),
        90: (0, 1, -1, 0, x1, y0),
        180: (-1, 0, 0, -1, x1, y1),
        270: (0, -1, 1, 0, x0, y1),
    }
    width, height = (x1 - x0, y1 - y0) if turn in (0, 180) else (y1 - y0, x1 - x0)
    return matrix[turn], width, height


def content(leaf: Leaf, number: int) -> tuple[str, tuple[float, float]]:
    """The page's content, and where the baseline of its number sign starts in the frame that `view` gives."""
    (a, b, c, d, e, f), width, height = view(leaf)
    middle = width * 0.7
    origin = (middle - SIZE * SIGN_WIDTH / 2, height - 175)
    lines = [
        (30, height - 45, SIZE, f"Halaman {number}: {leaf.title}"),
        (30, height - 75, 10, "Surat ini mencetak satu tanda pada setiap halaman;"),
        (30, height - 90, 10, "tanda itu berada di bawah kata penutup."),
        (middle - 34, height - 120, SIZE, "Hormat kami,"),
        (*origin, SIZE, "#"),
        (middle - 38, height - 230, SIZE, "Raden Pradana"),
    ]
    out = [f"q {numbers(a, b, c, d, e, f)} cm 0.5 w 8 8 {numbers(width - 16, height - 16)} re S"]
    if leaf.by == "Tm":
        out.append("Q")
    for x, y, size, line in lines:
        text = line.replace("(", r"\(").replace(")", r"\)")
        if leaf.by == "cm":
            out.append(f"BT /F1 {size} Tf {numbers(x, y)} Td ({text}) Tj ET")
        else:
            at = numbers(a, b, c, d, round(a * x + c * y + e, 3), round(b * x + d * y + f, 3))
            out.append(f"BT /F1 {size} Tf {at} Tm ({text}) Tj ET")
    if leaf.by == "cm":
        out.append("Q")
    return "\n".join(out), origin


def seen(leaf: Leaf, origin: tuple[float, float]) -> tuple[float, float]:
    """The same point as a reader sees it: 1/72 inch, origin upper left, y down."""
    (a, b, c, d, e, f), _, _ = view(leaf)
    x, y = a * origin[0] + c * origin[1] + e, b * origin[0] + d * origin[1] + f
    x0, y0, x1, y1 = leaf.crop
    u, v = {0: (x - x0, y1 - y), 90: (y - y0, x - x0), 180: (x1 - x, y - y0), 270: (y1 - y, x1 - x)}[leaf.rotate]
    return round(u * leaf.user_unit, 2), round(v * leaf.user_unit, 2)


def build(tree: Node) -> tuple[bytes, list[tuple[float, float]]]:
    """The file, and for each page where its number sign's baseline starts, as seen."""
    font = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
    objects: dict[int, str | bytes] = {1: "<< /Type /Catalog /Pages 2 0 R >>", 3: font}
    origins: list[tuple[float, float]] = []
    following = iter(range(4, 10_000))

    def put(item: Node | Leaf, number: int, parent: str) -> int:
        if isinstance(item, Leaf):
            text, origin = content(item, len(origins) + 1)
            origins.append(seen(item, origin))
            body = next(following)
            objects[number] = f"<< /Type /Page{parent} {item.own} /Contents {body} 0 R >>"
            objects[body] = stream(text)
            return 1
        objects[number] = ""  # keeps its place in the file
        below = [next(following) for _ in item.kids]
        count = sum(
            put(kid, kid_number, f" /Parent {number} 0 R") for kid, kid_number in zip(item.kids, below, strict=True)
        )
        refs = " ".join(f"{n} 0 R" for n in below)
        objects[number] = f"<< /Type /Pages{parent} /Kids [{refs}] /Count {count} {item.entries} >>"
        return count

    put(tree, 2, "")
    return append(b"", objects, trailer="/Root 1 0 R"), origins


RESOURCES = "/Resources << /Font << /F1 3 0 R >> >>"
TURNS = (0, 90, 180, 270)


def frames() -> Node:
    """What honest files contain."""
    small: Box = (0, 0, 298, 421)
    small_crop: Box = (20, 30, 280, 400)
    shifted: Box = (-100, -200, 495, 642)
    inherited: Box = (0, 0, 500, 700)
    plain = Node(tuple(Leaf(f"Rotate {r}", f"{boxed('MediaBox', A4)} /Rotate {r}", A4, r) for r in TURNS))
    cropped = Node(
        tuple(
            Leaf(
                f"Rotate {r}, CropBox",
                f"{boxed('MediaBox', A4)} {boxed('CropBox', CROP)} /Rotate {r}",
                CROP,
                r,
                by="Tm",
            )
            for r in TURNS
        )
    )
    scaled = Node(
        (
            Leaf("UserUnit 2", "/UserUnit 2", small, user_unit=2),
            Leaf(
                "UserUnit 2, CropBox",
                f"/UserUnit 2 {boxed('CropBox', small_crop)} /Rotate 90",
                small_crop,
                90,
                2,
                by="Tm",
            ),
        ),
        boxed("MediaBox", small),
    )
    inherit = Node(
        (
            Leaf("MediaBox dan Rotate warisan", "", inherited, 90),
            Leaf("MediaBox warisan, Rotate sendiri", "/Rotate 0", inherited, 0),
        ),
        f"{boxed('MediaBox', inherited)} /Rotate 90",
    )
    moved = Node(
        (
            Leaf("MediaBox tidak di 0,0", "", shifted, 0),
            Leaf("MediaBox tidak di 0,0; Rotate 270", "/Rotate 270", shifted, 270, by="Tm"),
        ),
        boxed("MediaBox", shifted),
    )
    lying = Node(
        tuple(
            Leaf(f"Rotate {r}, teks tidak diputar", f"{boxed('CropBox', CROP)} /Rotate {r}", CROP, r, upright=False)
            for r in (90, 180)
        ),
        boxed("MediaBox", A4),
    )
    return Node((plain, cropped, Node((scaled, inherit)), Node((moved, lying))), RESOURCES)


def odd_frames() -> Node:
    """What readers agree to accept: a negative turn, more than a full one, boxes given by any two opposite corners."""
    return Node(
        (
            Leaf("Rotate -90", f"{boxed('MediaBox', A4)} /Rotate -90", A4, 270),
            Leaf("Rotate 450", f"{boxed('MediaBox', A4)} /Rotate 450", A4, 90),
            Leaf("MediaBox terbalik", boxed("MediaBox", (595, 842, 0, 0)), A4),
            Leaf(
                "CropBox terbalik",
                f"{boxed('MediaBox', A4)} {boxed('CropBox', (555, 60, 40, 790))} /Rotate 90",
                CROP,
                90,
            ),
            Node(
                (
                    Leaf("CropBox warisan", "", CROP),
                    Leaf("CropBox warisan, Rotate 180", "/Rotate 180", CROP, 180, by="Tm"),
                ),
                f"{boxed('MediaBox', A4)} {boxed('CropBox', CROP)}",
            ),
            Leaf("angka pecahan", "/MediaBox [0.0 0. 595.000 +842] /Rotate 90", A4, 90),
        ),
        RESOURCES,
    )


def crop_beyond() -> Node:
    """A CropBox that leaves its MediaBox and is cut to it (ISO 32000-2, 14.11.2.1); Poppler shows the MediaBox."""
    cut: Box = (100, 0, 595, 842)
    return Node(
        (Leaf("CropBox melampaui MediaBox", f"{boxed('MediaBox', A4)} {boxed('CropBox', (100, -50, 700, 900))}", cut),),
        RESOURCES,
    )
