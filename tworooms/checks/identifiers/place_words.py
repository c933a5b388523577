"""Words by which places are told: of streets, of institutions, of large cities' names."""

from __future__ import annotations

import re

STREET = (
    "street|st|road|rd|lane|ln|avenue|ave|drive|dr|close|court|ct|terrace|way|place|pl|crescent|cres|gardens|grove|mews|row|hill"
    "|boulevard|blvd|highway|hwy|parkway|pkwy|square|sq|circle|cir|walk|rise|view|park|green|"
    "quay|wharf|alley|gate|trail|trl|loop|pike|turnpike|route|brae|wynd|croft|parade|vale|heights|bridge|bank|mount|yard|esplanade"
    "|promenade|causeway|ridge|crossing|bend|run|path|passage|townland"
)  # fmt: skip
#: Words that end the name of a small institution, a firm, a house or a landscape.
INSTITUTION = {
    "clinic", "clinics", "surgery", "practice", "hospital", "infirmary", "hospice", "lodge", "house", "manor", "hall", "primary",
    "school", "academy", "college", "high", "elementary", "middle", "kindergarten", "nursery",
    "pharmacy", "chemist", "chemists", "drug", "drugs", "drugstore", "apothecary", "church", "chapel", "parish", "abbey", "priory",
    "temple", "mosque", "synagogue", "farm", "farms", "ranch", "mill", "mills", "quarry", "works", "coachworks",
    "estate", "estates", "village", "town", "township", "county", "city", "borough", "island", "isle", "islands", "bay", "beach",
    "harbor", "harbour", "valley", "creek", "river", "lake", "falls", "springs", "heights", "hills", "hill", "ridge", "bridge", "ford",
    "medical", "group", "health", "healthcare", "wellness", "behavioral", "behavioural", "recovery", "center", "centre", "centres",
    "unit", "ward", "care", "home", "court", "gardens", "park", "green", "inn", "arms", "pub", "hotel", "motel", "diner", "cafe", "café",
    "bakery", "garage", "motors", "ltd", "inc", "llc", "gmbh", "foundry", "factory", "warehouse", "station", "airport", "barracks",
    "prison", "jail", "library", "gym", "club", "legion", "cooperative", "co-op", "services", "associates", "partners",
    "stone", "sons", "daughters", "brothers", "bros", "psychiatry", "psychology", "dental", "dentistry", "veterinary", "wood", "woods",
    "moor", "common", "mount", "point", "head", "glen", "loch", "lough", "crossing", "junction", "dispensary", "infusions", "infusion",
    "brewery", "tavern", "hardware", "bait", "tackle", "buses", "rv", "campground", "market", "deli", "grill", "saloon", "salon",
    "barbers", "laundry", "laundromat", "florist", "florists", "stables", "kennels", "store", "stores", "shop", "outfitters",
    "marina", "docks", "shipyard", "cannery", "mine", "colliery", "sawmill", "lumber", "timber", "dairy", "orchard", "orchards",
    "vineyard", "winery", "distillery", "joinery", "plumbing", "roofing", "electric", "electrical", "logistics", "freight",
    "haulage", "trucking", "taxis", "cabs", "coaches", "solicitors", "llp", "chambers", "bookshop", "books", "printers", "gallery",
    "theatre", "theater", "cinema", "museum", "studio", "studios", "fitness", "leisure", "pool", "rink", "stadium", "arena",
    "rovers", "rangers", "united", "athletic", "fc", "hostel", "shelter", "mission", "convent", "monastery", "seminary", "ministries",
    "fellowship", "tabernacle", "kirk", "cemetery", "crematorium", "funeral", "depot", "terminal", "pier", "lighthouse",
    "reservation", "cottage", "cottages", "barn", "villa", "villas", "apartments", "flats", "tower", "towers", "mansions", "residence",
    "residences", "caravan", "fire", "constabulary", "steel", "plant", "packing", "fisheries", "foods", "butchers", "bank",
    "construction", "builders", "landscaping", "nurseries", "engineering", "textiles", "ceramics", "pottery", "upholstery", "tyres",
    "tires", "auto", "cleaners", "catering", "restaurant", "pizzeria", "trattoria", "bistro", "kitchen", "bar", "comprehensive",
    "grammar",
    "infants", "juniors", "polytechnic", "institute", "gymnasium", "sanatorium", "spa", "retreat", "commune", "ashram", "hut",
    "hostelry", "ferry", "wharf", "dam", "canal", "forest", "peak", "pass", "canyon", "prairie", "meadows", "fields", "gate",
    "klinik", "krankenhaus", "klinikum", "praxis", "apotheke", "schule", "ziekenhuis", "apotheek", "sykehus", "sjukhus", "vårdcentral",
    "sairaala", "terveysasema", "pharmacie", "clinique", "hôpital", "école", "lycée", "farmacia", "ospedale", "escuela", "colegio",
    "urology", "cardiology", "oncology", "orthopaedics", "orthopedics", "pediatrics", "paediatrics", "radiology", "imaging",
    "dermatology", "neurology", "physiotherapy", "anesthesia", "ob-gyn", "dialysis", "hearing", "optical", "opticians", "start", "dist.",
    "district", "daycare", "preschool", "montessori", "childcare", "allotments", "marsh", "fen", "holt", "crag", "tarn", "beck",
    "instituto", "ambulatorio", "przychodnia", "szpital", "nemocnice",
}  # fmt: skip
#: Those of them that often end an ordinary phrase as well.
SOFT_ENDS = {
    "bank", "care", "center", "centre", "city", "club", "college", "common", "court", "drug", "drugs", "green", "group", "hall",
    "head", "health", "high", "home", "house", "library", "medical", "middle", "park", "partners", "point", "practice", "primary",
    "recovery", "school", "service", "services", "station", "stone", "town", "unit", "view", "village", "ward", "works",
}  # fmt: skip
#: Those that end the name of a house of trade, whatever its other words are.
TRADES = {
    "tavern", "inn", "arms", "diner", "cafe", "café", "hardware", "farm", "ranch", "lodge", "motel", "hotel", "pub", "brewery", "deli",
    "garage", "bakery", "saloon", "grill", "barbers", "florist", "laundromat", "campground", "marina",
}  # fmt: skip
#: Ordinary words that make a name of no institution: "the Clinic", "Mental Health Centre".
GENERIC = {
    "the", "a", "an", "mental", "public", "national", "general", "royal", "community", "primary", "urgent", "emergency", "intensive",
    "crisis", "day", "night", "pain", "home", "high", "medical", "health", "care", "group", "our", "your", "this",
    "ketamine", "infusion", "poison", "local", "family", "first", "new", "old", "state", "county", "city", "central", "regional",
    "university", "federal", "acute", "outpatient", "inpatient", "psychiatric", "behavioral", "social", "child", "adult",
    "two", "three", "one", "north", "south", "east", "west", "supreme", "world", "american", "british", "european", "english",
    "scottish", "welsh", "irish", "united", "nursing", "eastern", "western", "northern", "southern", "department", "ministry", "office",
    "house", "white", "open", "senior", "head", "recovery", "resource", "learning", "student", "course", "data", "evidence", "service",
    "services", "support", "sexual", "assault", "drug", "drugs", "substance", "liaison", "team",
}  # fmt: skip
#: Last words of cities whose first word is ordinary: New York, San Diego.
CITY_ENDS = frozenset(
    "york orleans diego francisco jose antonio kong angeles vegas haven paso aviv lumpur aires janeiro town worth barbara fe ana hague "
    "delhi louis paul petersburg".split()
)
#: Words that end a street only when they are capitalised: "200, AED green".
SMALL_END = re.compile(
    r" (?:green|park|view|row|hill|rise|run|path|way|place|bridge|yard|bank|gate|ridge|walk|close|drive|court|square|circle|pass|loop|bend"
    r"|mount|trail|pike|dr|st|pl)$"
)
#: Beginnings and ends that words have which are places and little else.
TOPONYM = re.compile(
    r"^(?:inver|aber|llan|pont|bally|strath|auchter|auchen|kil(?=[a-z]{5})|dun(?=[a-z]{5})|caer|pwll|tre(?=[a-z]{5})|clon)|(?:bury"
    r"|thorpe|wick|mouth|minster|burgh|combe|hurst"
    r"|holme|thwaite|ness|ville|heim|hausen|dorf|bach|stadt|kirchen|felden|furt|hafen|walde|wijk|drecht|hoven|sund|köping|vik|fjord"
    r"|ham(?<=\w{4}ham)|ton(?<=\w{4}ton)"
    r"|ford(?<=\w{3}ford)|dale(?<=\w{3}dale)|by(?<=\w{5}by)|worth(?<=\w{3}worth))$"
)
#: Where a study was done, which hides nobody: "a drop-out in Basel; the two trials".
STUDY = re.compile(
    r"\b(?:trials?|stud(?:y|ies)|cohorts?|sites?|congress|conference|universit(?:y|ies)|completers?|arms?|multicent\w+)\b", re.IGNORECASE
)
