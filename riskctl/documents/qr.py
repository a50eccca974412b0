"""The QR code of a document as SVG in a data address."""

import segno


def svg_uri(text: str) -> str:
    """A QR code (level M, quiet zone of one module: it stands in the white margin) as a data URI."""
    uri: str = segno.make(text, error="m", micro=False).svg_data_uri(border=1, omitsize=True)
    return uri
