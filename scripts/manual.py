#!/usr/bin/env python3
"""Makes the manual: the pages of Docs and the doc comments of all libraries as one website.

    make manual
    python3 -m http.server --directory .build/manual    # then open localhost:8000/documentation/amp

Docs/README.md is its first page and its table of contents; the pages stay plain Markdown, which this
script turns into a DocC catalogue in .build. Names of other libraries in doc comments get their
library here, as DocC wants it. Any warning is an error.
"""

import argparse
import json
import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
LIBRARIES = [
    "AmpCore", "AmpNets", "AmpUncertainty", "AmpData", "AmpONNX", "AmpPlots", "AmpHDF5", "AmpExport",
]
COMMANDS = {
    "amp-cli", "make", "swift", "cc", "python3", "scripts/c-header.sh", "njet.py", "mpirun", "source",
    "mkdir", "Benchmarks/.build/release/TrainingBenchmark",
}


def run(*command):
    return subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout


def extract_symbols(binaries, folder):
    """Writes the symbol graphs of all libraries that were built into `folder`."""
    flags = []
    maps = [*binaries.glob("*.build/module.modulemap"), *ROOT.glob("Sources/C*/module.modulemap")]
    # Only those of C: the compiler writes one for AmpExport, too.
    for path in maps:
        if path.parent.name.split(".")[0] not in LIBRARIES:
            flags += ["-Xcc", f"-fmodule-map-file={path}"]
    for package in ["openblas", "zlib", "hdf5"]:
        for flag in run("pkg-config", "--cflags", package).split():
            flags += ["-Xcc", flag]
    if sys.platform == "darwin":
        flags += ["-sdk", run("xcrun", "--show-sdk-path").strip()]
    target = json.loads(run("swift", "-print-target-info"))["target"]["unversionedTriple"]
    for library in LIBRARIES:
        subprocess.run(
            ["swift-symbolgraph-extract", "-module-name", library, "-I", str(binaries / "Modules"),
             "-target", target, "-minimum-access-level", "public", "-skip-inherited-docs",
             "-output-dir", str(folder), *flags], cwd=ROOT, check=True)
    # What is added to types of the standard library belongs to no page.
    for path in folder.glob("*@*.symbols.json"):
        if path.stem.split("@")[1].split(".")[0] not in LIBRARIES:
            path.unlink()


def qualify_links(folder):
    """Puts the library before names of other libraries: ``AmpError`` becomes ``AmpCore/AmpError``."""
    graphs = {path: json.loads(path.read_text()) for path in sorted(folder.glob("*.symbols.json"))}
    home, members = {}, {}
    for path, graph in graphs.items():
        # Members that a library adds to a type of another one stand on the page of that type.
        library = path.name.split(".")[0].split("@")[-1]
        for symbol in graph["symbols"]:
            names = symbol["pathComponents"]
            members.setdefault(library, set()).add("/".join(names))
            if len(names) == 1 and "@" not in path.name:
                home[names[0]] = library
    for path, graph in graphs.items():
        library = path.name.split(".")[0].split("@")[-1]

        def qualified(match, at):
            name = match[1].split("/")[0]
            owner = home.get(name)
            near = ["/".join([*at[:i], name]) for i in range(len(at) + 1)]
            if owner is None or owner == library or members[library].intersection(near):
                return match[0]
            return f"``{owner}/{match[1]}``"

        for symbol in graph["symbols"]:
            for line in symbol.get("docComment", {}).get("lines", []):
                line["text"] = re.sub(
                    r"(?<!`)``([^`]+)``(?!`)",
                    lambda match: qualified(match, symbol["pathComponents"]), line["text"])
        path.write_text(json.dumps(graph))


def fragment(page, anchor):
    """DocC's name of the heading that plain Markdown calls `anchor`."""
    for line in page.read_text().splitlines():
        heading = re.match(r"#+ (.*)", line)
        if heading and re.sub(r"[^\w\- ]", "", heading[1].lower()).replace(" ", "-") == anchor:
            return "#" + re.sub(r"[^\w\-\.]", "-", heading[1].replace("`", ""))
    sys.exit(f"manual: {page} has no heading #{anchor}")


class Catalogue:
    """The pages as DocC wants them."""

    def __init__(self, folder):
        self.folder = folder
        self.pages = {}
        for path in [*sorted((ROOT / "Docs").glob("*.md")), *sorted((ROOT / "Docs").glob("*/*.md"))]:
            if path.name == "README.md":
                continue
            if path.stem in self.pages:
                sys.exit(f"manual: two pages are called {path.stem}")
            self.pages[path.stem] = path

    def link(self, page, match):
        picture, text, place = match.groups()
        if re.match(r"[a-z]+:", place):
            return match[0]
        path, _, anchor = place.partition("#")
        file = (page.parent / path).resolve() if path else page
        if not file.exists():
            sys.exit(f"manual: {page.relative_to(ROOT)} leads to {place}, which does not exist")
        if picture:
            shutil.copy(file, self.folder / file.name)
            return f"![{text}]({file.name})"
        target = "Amp" if file == ROOT / "Docs/README.md" else file.stem
        if target != "Amp" and self.pages.get(target) != file:
            name = str(file.relative_to(ROOT))
            return f"`{name}`" if text.endswith(file.name) else f"{text} (`{name}`)"
        if anchor:
            target += fragment(file, anchor)
        return f"<doc:{target}>" if text.endswith(".md") else f"[{text}](doc:{target})"

    def converted(self, page):
        """The text of a page: links lead within the manual, commands are marked as such."""
        text, blocks = [], []
        lines = page.read_text().splitlines()
        fenced = False
        i = 0
        while i < len(lines):
            line = lines[i]
            if line.startswith("```"):
                fenced = not fenced
            if not fenced and line.startswith("    ") and (i == 0 or not lines[i - 1].strip()):
                end = i
                while end < len(lines) and (lines[end].startswith("    ") or not lines[end].strip()):
                    end += 1
                block = "\n".join(line[4:] for line in lines[i:end]).rstrip()
                words = block.split()
                text += ["```shell" if words[0] in COMMANDS else "```", block, "```", ""]
                i = end
                continue
            if not fenced and not line.startswith("```"):
                line = re.sub(
                    r"(!?)\[([^\]]*)\]\(([^)\s]+)\)", lambda match: self.link(page, match), line)
            text.append(line)
            i += 1
        return "\n".join(text) + "\n"

    def contents(self):
        """The first page: the words of Docs/README.md, and its tables as topics."""
        page = ROOT / "Docs/README.md"
        introduction, topics, listed = [], [], []
        heading = None
        for line in page.read_text().splitlines()[1:]:
            row = re.match(r"\| \[[^\]]*\]\(([^)]+)\) \|", line)
            if line.startswith("## "):
                heading = line[3:]
                topics += ["", f"### {heading}", ""]
            elif row:
                name = pathlib.Path(row[1]).stem
                topics.append(f"- <doc:{name}>")
                listed.append(name)
            elif heading is None:
                introduction.append(line)
        missing = sorted(set(self.pages) - set(listed))
        if missing:
            sys.exit(f"manual: Docs/README.md does not list {', '.join(missing)}")
        libraries = ["", "### Libraries", ""] + [f"- ``{name}``" for name in LIBRARIES]
        return "\n".join(
            ["# Amp", "", "@Metadata {", "  @TechnologyRoot", "}", *introduction, "", "## Topics",
             *topics, *libraries]) + "\n"

    def write(self):
        for name, page in self.pages.items():
            (self.folder / f"{name}.md").write_text(self.converted(page))
        (self.folder / "Amp.md").write_text(self.contents())
        holds = dict(re.findall(r"\| `Sources/(\w+)` \| (.*) \|", (ROOT / "README.md").read_text()))
        for library in LIBRARIES:
            if library not in holds:
                sys.exit(f"manual: the layout in README.md does not say what {library} holds")
            words = holds[library][0].upper() + holds[library][1:]
            (self.folder / f"{library}.md").write_text(f"# ``{library}``\n\n{words}.\n")


def main():
    parser = argparse.ArgumentParser(description="Makes the manual in .build/manual.")
    parser.add_argument(
        "--binaries", type=pathlib.Path, help="take libraries that were built, instead of building")
    parser.add_argument("--output", type=pathlib.Path, default=ROOT / ".build/manual")
    arguments = parser.parse_args()
    if arguments.binaries is None:
        print("manual: building the libraries", flush=True)
        subprocess.run(["swift", "build", "--quiet", "-c", "release"], cwd=ROOT, check=True)
        arguments.binaries = pathlib.Path(
            run("swift", "build", "-c", "release", "--show-bin-path").strip())
    work = ROOT / ".build/manual-sources"
    shutil.rmtree(work, ignore_errors=True)
    (work / "symbols").mkdir(parents=True)
    (work / "Amp.docc").mkdir()
    extract_symbols(arguments.binaries, work / "symbols")
    qualify_links(work / "symbols")
    Catalogue(work / "Amp.docc").write()
    result = subprocess.run(
        ["docc", "convert", str(work / "Amp.docc"), "--additional-symbol-graph-dir",
         str(work / "symbols"), "--output-path", str(arguments.output), "--warnings-as-errors",
         "--fallback-display-name", "Amp", "--fallback-bundle-identifier", "amp",
         "--fallback-default-module-kind", "Library", "--transform-for-static-hosting"], cwd=ROOT)
    if result.returncode != 0:
        sys.exit("manual: DocC warned, so there is no manual; mend what it names above")
    pages = sum(1 for _ in arguments.output.glob("data/documentation/**/*.json"))
    print(f"manual: {pages} pages in {arguments.output}. To read them:")
    print(f"  python3 -m http.server --directory {arguments.output}")
    print("  and open http://localhost:8000/documentation/amp")


if __name__ == "__main__":
    main()
