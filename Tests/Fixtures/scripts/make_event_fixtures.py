"""Makes Tests/Fixtures/events from Tests/Fixtures/points/points.csv, without any package.

The 20 points of g g → γ γ g are written as generators write them: particles shuffled, copies and
resonances beside the hard process, several weights, MeV, incoming momenta with the signs of outgoing
ones, headers that are no sound XML. Numbers have all their digits.

    python3 Tests/Fixtures/scripts/make_event_fixtures.py
"""
import csv
import gzip
import pathlib
import random

fixtures = pathlib.Path(__file__).resolve().parents[1]
events = fixtures / "events"
events.mkdir(exist_ok=True)
rng = random.Random(20)
ids = [21, 21, 22, 22, 21]

with open(fixtures / "points/points.csv", newline="") as file:
    points = [
        ([[float(row[f"{c}{i}"]) for c in ("E", "px", "py", "pz")] for i in range(1, 6)],
         float(row["amplitude"]))
        for row in csv.DictReader(file)
    ]


def save(name, text, newline="\n"):
    data = text.replace("\n", newline).encode()
    if name.endswith(".gz"):
        data = gzip.compress(data, mtime=0)
    (events / name).write_bytes(data)


def shuffled(particles):
    """Outgoing particles in any order, as (id, momentum)."""
    outgoing = [(ids[i], particles[i]) for i in (2, 3, 4)]
    rng.shuffle(outgoing)
    return outgoing


def numbers(p, scale=1):
    return " ".join(repr(c * scale) for c in (p[1], p[2], p[3], p[0]))


# HepMC3 as Sherpa writes it: the signal process in a vertex of its own, copies of it around, and
# after every fifth event one of another process. The amplitude is the weight ME.
text = "HepMC::Version 3.01.02\nHepMC::Asciiv3-START_EVENT_LISTING\n"
text += "W Weight\\|ME\\|Normalisation\nT SHERPA\\|3.0.3\\|Used generator\n"
number = 0
for k, (particles, amplitude) in enumerate(points):
    for flavour in ([21] if k % 5 else [21, 2]):
        text += f"E {number} 2 10\nU GEV MM\nW 2.5 {amplitude!r} 2.7928948107390697259689e+03\n"
        text += "A 0 GenPdfInfo -2 21 2.5e-03 4.9e-02 9.4 7.0e-01 2.4e+00 0 0\n"
        text += "A 0 signal_process_vertex -1\nA -2 weight0 1\n"
        outgoing = [(flavour if i == 21 else i, p) for i, p in shuffled(particles)]
        text += "V -2 4 [3,4,5,6,7]\n"
        for i, name in enumerate((21, flavour)):
            text += f"P {i + 1} -2 {name} {numbers(particles[i])} 0 3\n"
        text += "V -1 1 [1,2]\n"
        for i, (name, p) in enumerate(outgoing):
            text += f"P {i + 3} -1 {name} {numbers(p)} -2.6e-06 3\n"
        for i, name in enumerate((21, flavour)):
            text += f"P {i + 6} 0 {name} {numbers(particles[i])} 0 11\n"
        for i, (name, p) in enumerate(outgoing):
            text += f"P {i + 8} -2 {name} {numbers(p)} 0 1\n"
        number += 1
text += "HepMC::Asciiv3-END_EVENT_LISTING\n\n"
save("sherpa.hepmc3.gz", text)

# HepMC3 as Pythia writes it: protons, hard process with status 21 and 23, showered copies with
# other momenta, implicit vertices; in MeV, and with Windows line ends.
text = "HepMC::Version 3.02.06\nHepMC::Asciiv3-START_EVENT_LISTING\nW Default\n"
for number, (particles, amplitude) in enumerate(points):
    text += f"E {number} 2 10\nU MEV MM\nW 1\n"
    text += "P 1 0 2212 0 0 6500000 6500000 938.27 4\nP 2 0 2212 0 0 -6500000 6500000 938.27 4\n"
    for i in (0, 1):
        text += f"P {i + 3} {i + 1} 21 {numbers(particles[i], 1000)} 0 21\n"
    text += "V -3 0 [3,4]\n"
    for i, (name, p) in enumerate(shuffled(particles)):
        text += f"P {i + 5} -3 {name} {numbers(p, 1000)} 0 23\n"
    for i in range(3):
        text += f"P {i + 8} {i + 5} {[22, 22, 211][i]} 1 2 3 4 0 1\n"
text += "HepMC::Asciiv3-END_EVENT_LISTING\n\n"
save("pythia_mev.hepmc3", text, newline="\r\n")

# HepMC2: barcodes, orphans, weights in the line of the event and their names after it.
text = "\nHepMC::Version 2.06.09\nHepMC::IO_GenEvent-START_EVENT_LISTING\n"
for number, (particles, amplitude) in enumerate(points):
    text += f"E {number} -1 9.1e+01 1.18e-01 7.5e-03 0 -7 1 0 0 2 5 6 2 1.0 {amplitude!r}\n"
    text += 'N 2 "nominal" "amplitude"\nU GEV MM\nC 3.6 0.1\nF 21 21 1e-3 1e-3 91 1 1 0 0\n'
    text += "V -7 0 0 0 0 0 2 3 0\n"
    for i in (0, 1):
        text += f"P {10001 + i} 21 {numbers(particles[i])} 0 3 0 0 -7 1 1 501\n"
    for i, (name, p) in enumerate(shuffled(particles)):
        text += f"P {10003 + i} {name} {numbers(p)} 0 1 0 0 0 0\n"
text += "HepMC::IO_GenEvent-END_EVENT_LISTING\n"
save("events.hepmc2", text)

# Les Houches events as MadGraph writes them: a header with characters that XML forbids, a resonance
# beside the hard process, weights in lines of their own, comments.
text = '<LesHouchesEvents version="3.0">\n<header>\n<![CDATA[ if a < b & c <event-like> ]]>\n'
text += "<initrwgt>\n<weight id='1001'> muR=0.5 </weight>\n</initrwgt>\n</header>\n"
text += "<init>\n2212 2212 6500 6500 0 0 247000 247000 -4 1\n1.0 0.1 1.0 1\n</init>\n"
for number, (particles, amplitude) in enumerate(points):
    text += f"<event>\n 6 1 +{amplitude!r} 91.188 0.0075 0.118\n"
    for i in (0, 1):
        text += f" 21 -1 0 0 501 502 {numbers(particles[i])} 0.0 0. 1.\n"
    text += " 25 2 1 2 0 0 0 0 0 125 125 0. 0.\n"
    for name, p in shuffled(particles):
        text += f" {name} 1 1 2 0 0 {numbers(p)} 0.0 0. 9.\n"
    text += "# a comment\n<mgrwt>\n<rscale> 0 91.188</rscale>\n</mgrwt>\n"
    text += f"<rwgt>\n<wgt id='1001'> 0.5 </wgt><wgt id=\"amplitude\"> {amplitude!r} </wgt>\n</rwgt>\n"
    text += "</event>\n"
text += "</LesHouchesEvents>\n"
save("madgraph.lhe.gz", text)

# n3jet: all momenta outgoing, 16 significant digits, values of network and NJet, a time.
text = ""
for particles, amplitude in points:
    cells = [f"{(-c if i < 2 else c) + 0.0:.15e}" for i in range(5) for c in particles[i]]
    text += "  ".join(cells + [f"{1.01 * amplitude:.15e}", f"{amplitude:.15e}", "1.2e-3"]) + "\n"
save("n3jet.txt", text)
