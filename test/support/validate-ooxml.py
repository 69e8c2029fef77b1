"""Every part of an .xlsx against the schemas of ECMA-376 (ISO/IEC 29500-4, transitional).

    python3 validate-ooxml.py FOLDER_OF_XSD FILE.xlsx...

Prints a line a fault, `FILE: PART: LINE: what`. The schemas are Ecma International's and are not kept here; the archive
"OfficeOpenXML-XMLSchema-Transitional" and "OpenPackagingConventions-XMLSchema" of ECMA-376 unpack into one folder.
"""

import os
import re
import sys
import zipfile

from lxml import etree

OFFICE = "application/vnd.openxmlformats-officedocument."
PACKAGE = "application/vnd.openxmlformats-package."
SCHEMAS = {
    OFFICE + "spreadsheetml.sheet.main+xml": "sml.xsd",
    OFFICE + "spreadsheetml.worksheet+xml": "sml.xsd",
    OFFICE + "spreadsheetml.styles+xml": "sml.xsd",
    OFFICE + "spreadsheetml.sharedStrings+xml": "sml.xsd",
    OFFICE + "theme+xml": "dml-main.xsd",
    OFFICE + "drawing+xml": "dml-spreadsheetDrawing.xsd",
    OFFICE + "drawingml.chart+xml": "dml-chart.xsd",
    OFFICE + "extended-properties+xml": "shared-documentPropertiesExtended.xsd",
    PACKAGE + "core-properties+xml": "opc-coreProperties.xsd",
    PACKAGE + "relationships+xml": "opc-relationships.xsd",
}
# what the core properties' schema takes from the web
STAND_INS = {
    "dc.xsd": b"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="http://purl.org/dc/elements/1.1/"
      targetNamespace="http://purl.org/dc/elements/1.1/" elementFormDefault="qualified">
      <xs:import namespace="http://www.w3.org/XML/1998/namespace" schemaLocation="xml.xsd"/>
      <xs:complexType name="SimpleLiteral" mixed="true"><xs:anyAttribute processContents="lax"/></xs:complexType>
      <xs:element name="any" type="SimpleLiteral" abstract="true"/>"""
    + b"".join(
        b'<xs:element name="%s" type="SimpleLiteral" substitutionGroup="any"/>' % name
        for name in (b"title", b"creator", b"subject", b"description", b"identifier", b"language")
    )
    + b"</xs:schema>",
    "dcterms.xsd": b"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="http://purl.org/dc/terms/"
      targetNamespace="http://purl.org/dc/terms/" elementFormDefault="qualified">
      <xs:complexType name="W3CDTF"><xs:simpleContent><xs:extension base="xs:dateTime"/></xs:simpleContent></xs:complexType>
      <xs:element name="created"/><xs:element name="modified"/></xs:schema>""",
}


class Resolver(etree.Resolver):
    def __init__(self, folder):
        self.files = {name.lower(): os.path.join(folder, name) for name in os.listdir(folder)}

    def resolve(self, url, _id, context):
        name = os.path.basename(url).lower()
        if name in STAND_INS:
            return self.resolve_string(STAND_INS[name], context)
        if name in self.files:
            return self.resolve_filename(self.files[name], context)
        return None


def load(folder, cache={}):
    def schema(name):
        if name not in cache:
            parser = etree.XMLParser(no_network=True)
            parser.resolvers.add(Resolver(folder))
            cache[name] = etree.XMLSchema(etree.parse(os.path.join(folder, name), parser))
        return cache[name]

    return schema


def content_types(archive, schema):
    tree = etree.fromstring(archive.read("[Content_Types].xml"))
    yield from faults("[Content_Types].xml", tree, schema("opc-contentTypes.xsd"))
    kinds = {}
    for node in tree:
        kinds[node.get("PartName") or "." + node.get("Extension")] = node.get("ContentType")
    return kinds


def faults(part, tree, schema):
    if not schema.validate(tree):
        for error in schema.error_log:
            yield f"{part}: {error.line}: {error.message}"


def check(path, schema):
    with zipfile.ZipFile(path) as archive:
        broken = archive.testzip()
        if broken:
            yield f"{broken}: its checksum does not fit"
        kinds = yield from content_types(archive, schema)
        for name in archive.namelist():
            if name == "[Content_Types].xml":
                continue
            kind = kinds.get("/" + name) or kinds.get("." + name.rsplit(".", 1)[-1])
            if kind in SCHEMAS:
                tree = etree.fromstring(archive.read(name), etree.XMLParser(huge_tree=True))
                # Excel itself writes it on every text with edges, the schema forgot it
                for text in tree.iter("{*}t"):
                    text.attrib.pop("{http://www.w3.org/XML/1998/namespace}space", None)
                yield from faults(name, tree, schema(SCHEMAS[kind]))
            elif not re.match("image/", kind or ""):
                yield f"{name}: no schema for {kind}"


if __name__ == "__main__":
    schema = load(sys.argv[1])
    found = [f"{path}: {fault}" for path in sys.argv[2:] for fault in check(path, schema)]
    print("\n".join(found[:200]))
    sys.exit(1 if found else 0)
