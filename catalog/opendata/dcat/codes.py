"""The EU's authority codes that DCAT-AP wants, for the codes of the compilation guide."""

from rdflib import Namespace, URIRef

from catalog.choices import OpenType, UpdateCycle

AUTHORITY = "http://publications.europa.eu/resource/authority"
THEMES = Namespace(f"{AUTHORITY}/data-theme/")
FREQUENCIES = Namespace(f"{AUTHORITY}/frequency/")
FILE_TYPES = Namespace(f"{AUTHORITY}/file-type/")
RIGHTS = Namespace(f"{AUTHORITY}/access-right/")
MEDIA_TYPES = Namespace("https://www.iana.org/assignments/media-types/")
THEME_TAXONOMY = URIRef(f"{AUTHORITY}/data-theme")
CHINESE = URIRef(f"{AUTHORITY}/language/ZHO")
CHINA = URIRef(f"{AUTHORITY}/country/CHN")
AVAILABLE = URIRef(f"{AUTHORITY}/planned-availability/AVAILABLE")

FREQUENCY: dict[str, str] = {
    UpdateCycle.REALTIME: "UPDATE_CONT",
    UpdateCycle.DAILY: "DAILY",
    UpdateCycle.WEEKLY: "WEEKLY",
    UpdateCycle.MONTHLY: "MONTHLY",
    UpdateCycle.QUARTERLY: "QUARTERLY",
    UpdateCycle.HALF_YEARLY: "ANNUAL_2",
    UpdateCycle.YEARLY: "ANNUAL",
    UpdateCycle.IRREGULAR: "IRREG",
}
# By number of the theme (主题) of the compilation guide.
THEME: dict[str, str] = {
    "01": "GOVE", "02": "HEAL", "03": "SOCI", "04": "HEAL", "05": "JUST", "06": "ECON",
    "07": "ENER", "08": "ECON", "09": "REGI", "10": "GOVE", "11": "ENVI", "12": "JUST",
}  # fmt: skip
THEME_LABELS = {
    "ECON": "Economy and finance",
    "ENER": "Energy",
    "ENVI": "Environment",
    "GOVE": "Government and public sector",
    "HEAL": "Health",
    "JUST": "Justice, legal system and public safety",
    "REGI": "Regions and cities",
    "SOCI": "Population and society",
}
ACCESS: dict[str, str] = {OpenType.OPEN: "PUBLIC", OpenType.CONDITIONAL: "RESTRICTED"}
# By kind of file: the file type and the media type.
FILES = {
    "csv": ("CSV", "text/csv"),
    "json": ("JSON", "application/json"),
    "xlsx": ("XLSX", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
