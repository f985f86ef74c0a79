"""The carrier's standing data: where it works and who its customers are. All of it invented."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Depot:
    """A depot by its code, with its place on the map in degrees."""

    code: str
    city: str
    country: str
    postcode: str
    latitude: str
    longitude: str


DEPOTS = tuple(
    Depot(*row)
    for row in (
        ("HAM1", "Hamburg", "DE", "20457", "53.5413", "9.9846"),
        ("BER2", "Berlin", "DE", "12099", "52.4618", "13.3875"),
        ("MUC1", "München", "DE", "80939", "48.2078", "11.6106"),
        ("CGN1", "Köln", "DE", "51149", "50.9020", "7.0606"),
        ("LEJ3", "Leipzig", "DE", "04435", "51.4189", "12.2364"),
        ("VIE1", "Wien", "AT", "1230", "48.1340", "16.3120"),
        ("ZRH1", "Zürich", "CH", "8153", "47.4380", "8.4680"),
        ("AMS2", "Amsterdam", "NL", "1043", "52.3906", "4.8170"),
        ("BRU1", "Brussel", "BE", "1930", "50.8850", "4.4640"),
        ("CDG4", "Roissy-en-France", "FR", "95700", "49.0034", "2.5167"),
        ("LYS1", "Saint-Priest", "FR", "69800", "45.6960", "4.9430"),
        ("WAW1", "Warszawa", "PL", "02-256", "52.1720", "20.9420"),
        ("PRG1", "Praha", "CZ", "161 00", "50.1008", "14.2600"),
        ("CPH1", "København", "DK", "2770", "55.6200", "12.6300"),
        ("GOT1", "Göteborg", "SE", "417 29", "57.7240", "11.9200"),
        ("MXP2", "Milano", "IT", "20090", "45.4650", "9.2780"),
    )
)
GIVEN = [
    "Anna",
    "Ben",
    "Clara",
    "David",
    "Elif",
    "Finn",
    "Greta",
    "Hannes",
    "Ines",
    "Jonas",
    "Katarzyna",
    "Lukáš",
    "Mia",
    "Noël",
    "Olga",
    "Paul",
    "Quentin",
    "Rosa",
    "Søren",
    "Tereza",
    "Ulla",
    "Viktor",
    "Wanda",
    "Xenia",
    "Yusuf",
    "Zoë",
]
FAMILY = [
    "Albrecht",
    "Bauer",
    "Chevalier",
    "de-Vries",
    "Eriksson",
    "Fischer",
    "González",
    "Horváth",
    "Iversen",
    "Jansen",
    "Kowalski",
    "Lindqvist",
    "Müller",
    "Novák",
    "O'Brien",
    "Peeters",
    "Quist",
    "Rossi",
    "Schäfer",
    "Tanaka",
    "Ünal",
    "Vogel",
    "Weiß",
    "Yılmaz",
    "Zimmermann",
]
STREETS = (
    "Am Speicher",
    "Hafenstraße",
    "Lindenallee",
    "Rue de la Gare",
    "Prinsengracht",
    "ulica Długa",
    "Vestergade",
    "Via Torino",
)
SHOPS = (
    "Bücherstube am Dom",
    "Nordlicht Outdoor",
    "Käthe & Söhne",
    "Vélo Lyon",
    "Kaffeewerk 14",
    "Atelier Żuraw",
    "Sito Elettronica",
    "De Groene Winkel",
)
SERVICES = ("standard", "standard", "standard", "express", "express", "pickup-point", "bulky")
COURIERS = tuple(f"C{number:03d}" for number in range(1, 41))
