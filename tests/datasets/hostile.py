"""Tables as people have them: the file, and what a person sees in it."""

import gzip
from dataclasses import dataclass, field

__all__ = ["CASES", "Case"]

N = 20


@dataclass(frozen=True)
class Case:
    """A file, the column to predict, and what it holds.

    `columns` are the different values of some columns, numbers and dates (as ISO text) in ascending order; of missing
    values it says nothing. `said` is a part of what a reader must say.
    """

    name: str
    content: bytes
    labels: list
    columns: dict = field(default_factory=dict)
    n_columns: int | None = None
    said: str = ""
    target: str | int = "y"
    ending: str = ".csv"
    options: dict = field(default_factory=dict)


def table(header: str, *rows: str, encoding: str = "utf-8", odd: str = "", first: str = "") -> bytes:
    """Return a table of the rows over and over, perhaps with one odd row at the end."""
    lines = [header, *rows * (N // len(rows)), *([odd] if odd else [])]
    return (first + "\n".join(lines) + "\n").encode(encoding)


PEOPLE = table("age,job,y", "31,clerk,a", "58,cook,b")
ACCENTS = ("größe;y", "1,5;für", "2,5;wider")

CASES = [
    Case("US thousands, tabs", table("n\ty", "1,705\ta", "950\tb"), ["a", "b"], {"n": [950, 1705]}, said="1,705"),
    Case("US thousands, semicolons", table("n;y", "1,705;a", "950;b"), ["a", "b"], {"n": [950, 1705]}, said="1,705"),
    Case("US thousands and millions", table("n;y", "1,234,567;a", "2;b"), ["a", "b"], {"n": [2, 1234567]}),
    Case("US thousands in quotes", table("n,y", '"1,705",a', "950,b"), ["a", "b"], {"n": [950, 1705]}),
    Case("decimal commas", table("n;m;y", "0,5;1,705;a", "2,25;950;b"), ["a", "b"],
         {"n": [0.5, 2.25], "m": [1.705, 950]}),
    Case("decimal commas, thousands", table("n;m;y", "1.705,50;1.705;a", "2;950;b"), ["a", "b"],
         {"n": [2, 1705.5], "m": [950, 1705]}),
    Case("one odd cell", table("n,y", "1.5,a", "2.5,b", odd="err,a"), ["a", "b"], {"n": [1.5, 2.5]},
         said="1 of 21 values is"),
    Case("money", table("n,y", '"$1,200.50",a', "$3.00,b"), ["a", "b"], {"n": [3, 1200.5]}),
    Case("percent", table("n,y", "12 %,a", "3 %,b"), ["a", "b"], {"n": [3, 12]}),
    Case("German dates", table("d,y", "31.12.2020,a", "1.2.2021,b"), ["a", "b"], {"d": ["2020-12-31", "2021-02-01"]}),
    Case("American dates", table("d,y", "12/31/2020,a", "2/1/2021,b"), ["a", "b"], {"d": ["2020-12-31", "2021-02-01"]}),
    Case("dates of the calendar's ends", table("d,y", "9999-12-31,a", "0001-01-01,b", "1200-05-01,a", "2020-01-01,b"),
         ["a", "b"], {"d": ["1200-05-01", "2020-01-01"]}, said="of the year 9999 or 1"),
    Case("zoned dates", table("d,y", "2020-01-01T00:00:00Z,a", "2500-01-01T00:00:00+00:00,b"), ["a", "b"],
         {"d": ["2020-01-01", "2500-01-01"]}),
    Case("article numbers", table("n,m,y", "4711-05,1000-01,a", "4712-06,1001-02,b"), ["a", "b"],
         {"n": ["4711-05", "4712-06"], "m": ["1000-01", "1001-02"]}),
    Case("huge numbers", table("n,m,y", "1e300,99999999999999999999999,a", "1,5,b"), ["a", "b"],
         {"n": [1, 1e300], "m": [5, 99999999999999999999999]}),
    Case("labels with zeros", table("n,y", "1,01", "2,02"), ["01", "02"]),
    Case("labels alike as numbers", table("n,y", "1,01", "2,1"), ["01", "1"]),
    Case("labels with commas", table('n;y', "1;1,2", "2;1,20"), ["1,2", "1,20"]),
    Case("labels with trailing zeros", table("n,y", "1,1.0", "2,1.00"), ["1.0", "1.00"]),
    Case("labels with blanks", table("n,y", "1,no ", "2,no", "3,yes"), ["no", "yes"], said="are one class"),
    Case("labels with leading blanks", table("n,y", '1," no"', "2, no", "3,yes"), ["no", "yes"], said="are one class"),
    Case("a class called None", table("n,y", "1,None", "2,NA"), ["NA", "None"], options={"keep_na_labels": True}),
    Case("integers for labels", table("n,y", "1,0", "2,1"), [0, 1]),
    Case("a comma in the header", table('y;"size, cm"', "a;1.5", "b;2.5"), ["a", "b"], {"size, cm": [1.5, 2.5]}),
    Case("a comma in header and cells", table('y;"size, cm"', "a;1,5", "b;2,5"), ["a", "b"], {"size, cm": [1.5, 2.5]}),
    Case("a comma in a bare header", table("y;size, cm", "a;1,5", "b;2,5"), ["a", "b"], {"size, cm": [1.5, 2.5]}),
    Case("commas in quotes only", table('t\ty', '"x, z"\ta', '"u, v"\tb'), ["a", "b"], {"t": ["u, v", "x, z"]}),
    Case("semicolons in cells", table("t,n,y", "x;z,1,a", "u;v,2,b"), ["a", "b"], {"t": ["u;v", "x;z"]}, 2),
    Case("line breaks in cells", table("t,n,y", '"x\nz",1,a', "u,2,b"), ["a", "b"], {"t": ["u", "x\nz"]}, 2),
    Case("sep=; of Excel", table("n;y", "1,5;a", "2,5;b", first="sep=;\n"), ["a", "b"], {"n": [1.5, 2.5]}),
    Case("row numbers", table(",n,y", *(f"{i},{i % 3},{'ab'[i % 2]}" for i in range(N))), ["a", "b"], n_columns=1),
    Case("row numbers, shuffled", table(",n,y", *(f"{i * 7 % N},{i % 3},{'ab'[i % 2]}" for i in range(N))), ["a", "b"],
         n_columns=1),
    Case("row numbers of a part", table(",n,y", *(f"{i * 7 % 97},{i % 3},{'ab'[i % 2]}" for i in range(N))), ["a", "b"],
         n_columns=1),
    Case("UTF-16", table(*ACCENTS, encoding="utf-16"), ["für", "wider"], {"größe": [1.5, 2.5]}),
    Case("UTF-16 without a mark", table(*ACCENTS, encoding="utf-16-le"), ["für", "wider"], {"größe": [1.5, 2.5]}),
    Case("UTF-8 with a mark", table(*ACCENTS, encoding="utf-8-sig"), ["für", "wider"], {"größe": [1.5, 2.5]}),
    Case("Latin-1", table(*ACCENTS, encoding="latin-1"), ["für", "wider"], {"größe": [1.5, 2.5]}, said="Windows-1252"),
    Case("Latin-1, named", table(*ACCENTS, encoding="latin-1"), ["für", "wider"], options={"encoding": "latin-1"}),
    Case("UTF-16, compressed", gzip.compress(table(*ACCENTS, encoding="utf-16")), ["für", "wider"],
         {"größe": [1.5, 2.5]}, ending=".csv.gz"),
    Case("compressed", gzip.compress(PEOPLE), ["a", "b"], {"age": [31, 58]}, ending=".csv.gz"),
    Case("the last column", PEOPLE, ["a", "b"], {"age": [31, 58]}, target=-1),
    Case("the last column, typed", PEOPLE, ["a", "b"], {"age": [31, 58]}, target="-1"),
    Case("blanks around names", table("n , y ", "1,a", "2,b"), ["a", "b"], {"n": [1, 2]}),
    Case("Windows line ends", PEOPLE.replace(b"\n", b"\r\n"), ["a", "b"], {"age": [31, 58]}, 2),
]  # fmt: skip
