"""Feeds in each of their vocabularies."""

RSS = b"""<?xml version="1.0"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>Orchard &amp;amp; press</title><link>http://a.example</link><description>News of apples</description>
<item><title>Harvest</title><link>http://a.example/1</link><guid>http://a.example/1</guid>
<dc:creator>Ann Ek</dc:creator>
<pubDate>Mon, 5 Oct 2026 10:00:00 GMT</pubDate><category>fruit</category><category>tons</category>
<description>Apples did</description>
<content:encoded><![CDATA[Apples did <b>very</b>&nbsp;well.<h2>Tons</h2>
<table><tr><th>Fruit<th>Tons<tr><td>Apple<td>12</table>
<p style="display:none">secret</p>]]></content:encoded></item>
<item><description>Pears
did not.</description><enclosure url="http://a.example/2.mp3" type="audio/mpeg"/></item></channel></rss>
"""
ATOM = b"""<?xml version="1.0"?>
<feed xmlns="http://www.w3.org/2005/Atom"><title type="html">Orchard &lt;i&gt;news&lt;/i&gt;</title>
<link rel="self" href="http://a.example/feed"/><updated>2026-10-05T10:00:00Z</updated>
<entry><title>Harvest</title><link href="http://a.example/1"/><id>urn:1</id><updated>2026-10-05T10:00:00Z</updated>
<author><name>Ann Ek</name></author><summary>In short</summary>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Apples did <b>very</b> well.</p>
<ul><li>first</li></ul></div></content></entry></feed>
"""
RDF = (
    b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><channel>'
    b"<title>News</title></channel><item><title>Harvest</title></item></rdf:RDF>"
)
