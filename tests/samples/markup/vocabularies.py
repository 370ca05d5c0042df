"""A topic, a map of topics, an outline, translations and captions in their vocabularies of XML."""

TASK = b"""<?xml version="1.0"?>
<!DOCTYPE task PUBLIC "-//OASIS//DTD DITA Task//EN" "task.dtd">
<task id="press"><title>Press apples</title><shortdesc>How to <b>press</b>.</shortdesc><prolog><author>Ann Ek</author>
<metadata><keywords><keyword>cider</keyword><indexterm>screws</indexterm></keywords></metadata></prolog>
<taskbody><prereq><p>Wash <keyword keyref="fruit"/> first.</p></prereq><steps><step><cmd>Choose <menucascade>
<uicontrol>File</uicontrol><uicontrol>New</uicontrol></menucascade></cmd><info>Once.</info></step><step>
<cmd>Turn</cmd>
<choices><choice>left</choice></choices></step></steps><result>
<note type="caution">Mind your hands<fn>Both.</fn>.</note>
<simpletable><sthead><stentry>Size</stentry><stentry>Liters</stentry></sthead><strow><stentry>Small</stentry>
<stentry>5</stentry></strow></simpletable><codeblock outputclass="language-sh">press --all</codeblock>
<p conref="lib.dita#lib/p"/><fig><title>A press</title><image href="a.png"><alt>A screw</alt></image></fig>
<p>See <xref href="#press/more"/>.</p></result><example id="more"><title>More</title><p>Pears.</p></example>
</taskbody>
<related-links><link href="pears.dita"><linktext>Pears</linktext></link></related-links></task>
"""
MAP = b"""<map><title>Orchard</title><topicref href="a.dita" navtitle="Apples"><topicref href="p.dita"><topicmeta>
<navtitle>Pears</navtitle></topicmeta></topicref></topicref><reltable><relheader><relcolspec/></relheader>
</reltable></map>
"""
OUTLINE = b"""<?xml version="1.0"?>
<opml version="2.0"><head><title>Reading</title><ownerName>Ann</ownerName></head><body>
<outline text="News" title="News">
<outline type="rss" text="A &lt;b&gt;blog&lt;/b&gt;" xmlUrl="http://a.example/rss"/>
<outline text="Plain" _note="Not&#10;read."/></outline><outline title="Second"/></body></opml>
"""
XLIFF = b"""<?xml version="1.0"?>
<xliff version="1.2"><file source-language="en" target-language="de" original="app.html"><header><note>Be kind</note>
<reference><internal-file form="base64">QXBwbGVz</internal-file></reference></header><body><group>
<trans-unit id="a.b">
<source>Hello <x id="N" equiv-text="{{name}}"/>, <g id="1">Ann</g> <g id="2">Ek</g></source>
<seg-source>Hello, Ann</seg-source>
<target>Hallo <x id="N" equiv-text="{{name}}"/></target><note>A greeting</note></trans-unit></group>
<trans-unit id="c">
<source>Bye</source></trans-unit></body></file></xliff>
"""
XLIFF_2 = b"""<xliff xmlns="urn:oasis:names:tc:xliff:document:2.0" version="2.0" srcLang="en" trgLang="ja">
<file id="f">
<unit id="1"><notes><note>Careful</note></notes><originalData><data id="d">%d</data></originalData><segment>
<source>Apples
<ph id="x" dataRef="d"/></source><target>\xe3\x82\x8a\xe3\x82\x93\xe3\x81\x94</target></segment><segment><source>Pears
</source></segment></unit></file></xliff>
"""
MEMORY = b"""<?xml version="1.0"?><!DOCTYPE tmx SYSTEM "tmx14.dtd">
<tmx version="1.4"><header srclang="en"><note>Ours</note></header><body><tu><tuv xml:lang="en"><seg>Apples
<bpt i="1">&lt;b&gt;</bpt>well<ept i="1">&lt;/b&gt;</ept></seg></tuv><tuv xml:lang="sv"><seg>\xc3\x84pplen</seg>
</tuv></tu>
<tu><tuv xml:lang="en"><seg>Pears</seg></tuv></tu></body></tmx>
"""
CAPTIONS = b"""<?xml version="1.0"?>
<tt xmlns="http://www.w3.org/ns/ttml" xmlns:ttm="http://www.w3.org/ns/ttml#metadata"
xmlns:ttp="http://www.w3.org/ns/ttml#parameter"
xmlns:tts="http://www.w3.org/ns/ttml#styling" ttp:tickRate="10000000" ttp:frameRate="25"><head><metadata>
<ttm:title>Film</ttm:title>
<ttm:agent xml:id="a"><ttm:name>Ann</ttm:name></ttm:agent></metadata></head><body><div begin="10s">
<p begin="00:00:01.5" end="00:00:02:05" ttm:agent="a">Apples<br/>did <span tts:fontStyle="italic">well</span></p>
<p begin="30000000t" dur="2s">Pears</p><p><span begin="1m" end="61s">One</span> <span begin="61s">Two</span></p>
<p begin="1s" end="2s"><span begin="0s">Word</span> <span begin="1s">by word</span></p>
<p begin="1s" end="2s" tts:display="none">Plums</p></div></body></tt>
"""
MIND_MAP = b"""<map version="1.0.1"><!-- To view this file -->
<node CREATED="1" ID="a" TEXT="Orchard"><node ID="b" POSITION="right" TEXT="Apples" LINK="http://a.example/"><node
ID="c"><richcontent TYPE="NODE"><html><head><style>p {}
</style></head><body><p>Red <b>and</b> round</p></body></html></richcontent></node></node>
<node ID="d" TEXT="Pears"><richcontent TYPE="NOTE"><html><body><p>Not yet</p></body></html></richcontent></node></node
></map>
"""
NOTES = b"""<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE en-export SYSTEM "http://xml.evernote.com/pub/evernote-export4.dtd">
<en-export application="Evernote"><note><title>Harvest</title><created>20261005T100000Z</created><tag>fruit</tag>
<content><![CDATA[<?xml version="1.0"?><!DOCTYPE en-note SYSTEM "http://xml.evernote.com/pub/enml2.dtd"><en-note>
<div>Apples <b>did</b> well.</div><div><en-todo checked="true"/>Pick</div><div><en-todo/>Press
</div></en-note>]]></content>
<resource><data encoding="base64">QXBwbGVz</data><mime>image/png</mime><resource-attributes><file-name>a.png</file-name>
</resource-attributes></resource></note><note><title>Second</title><content><![CDATA[<en-note>Pears</en-note>]]></content>
</note></en-export>
"""
KML = b"""<?xml version="1.0"?>
<kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>Orchards</name><Style id="s"><IconStyle><scale>1.1</scale>
</IconStyle></Style><Folder><name>South</name><Placemark><name>Old mill</name><styleUrl>#s</styleUrl>
<Snippet>Apples &amp; more</Snippet>
<description><![CDATA[<p>Apples &amp; <b>pears</b></p>]]></description><address>1 Lane</address><ExtendedData>
<Data name="trees"><displayName>Number of trees</displayName><value>40</value></Data><SchemaData>
<SimpleData name="KIND">cider</SimpleData></SchemaData></ExtendedData><Point><extrude>1</extrude><coordinates>
10.0,59.9,0</coordinates></Point></Placemark></Folder><NetworkLink><Link><href>http://a.example/k.kml</href></Link>
</NetworkLink></Document></kml>
"""
GPX = b"""<?xml version="1.0"?>
<gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1"><metadata><desc>A walk</desc><author><name>Ann</name>
</author><link href="http://a.example"><text>More</text></link><bounds minlat="1" maxlat="2"/></metadata>
<wpt lat="59.9" lon="10.0"><ele>5</ele><name>Gate</name></wpt><wpt lat="60" lon="11"><name>Mill</name><desc>Old</desc>
</wpt><trk><name>Round</name><trkseg><trkpt lat="1" lon="2"><time>2026-10-05T10:00:00Z</time></trkpt></trkseg>
</trk></gpx>
"""
STRINGS = """<?xml version="1.0" encoding="utf-8"?>
<!-- Shown in the menu -->
<resources xmlns:tools="http://schemas.android.com/tools"><string name="greeting">Äpfel <b>did</b> well</string>
<plurals name="apples"><item quantity="one">%d apple</item><item quantity="other">%d apples</item></plurals>
<string-array name="towns"><item>Ulm</item><item>Kiel</item></string-array><color name="red">#f00</color></resources>
""".encode()
RESX = b"""<?xml version="1.0" encoding="utf-8"?>
<root><xsd:schema id="root" xmlns:xsd="http://www.w3.org/2001/XMLSchema"><xsd:element name="root"/></xsd:schema>
<resheader name="version"><value>2.0</value></resheader><data name="Greeting" xml:space="preserve"><value>Apples</value>
<comment>On the menu</comment></data><data name="Icon" mimetype="application/x-microsoft.net.object.binary.base64">
<value>QXBwbGVz</value></data></root>
"""
PROPERTY_LIST = b"""<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0"><dict><key>Name</key><string>Apples &amp; co</string><key>Ripe</key><true/><key>Sizes</key>
<array><integer>5</integer><dict><key>Blob</key><data>QXBwbGVz</data></dict></array></dict></plist>
"""
PUBMED = b"""<?xml version="1.0"?>
<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2019//EN" "pubmed_190101.dtd">
<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID Version="1">123</PMID><DateRevised><Year>2026</Year>
<Month>10</Month><Day>05</Day></DateRevised><Article><Journal><Title>Orchards</Title></Journal>
<ArticleTitle>Apples <i>did</i> well.</ArticleTitle><Abstract><AbstractText Label="AIM">To <b>press</b>.</AbstractText>
<AbstractText Label="RESULT">Cider.</AbstractText></Abstract><AuthorList><Author><LastName>Ek</LastName>
<ForeName>Ann</ForeName><Initials>A</Initials><AffiliationInfo><Affiliation>Ulm</Affiliation></AffiliationInfo>
</Author><Author><CollectiveName>The Growers</CollectiveName></Author></AuthorList></Article><KeywordList>
<Keyword>fruit</Keyword><Keyword>juice</Keyword></KeywordList></MedlineCitation></PubmedArticle></PubmedArticleSet>
"""
ENDNOTE = b"""<?xml version="1.0" encoding="UTF-8" ?>
<xml><records><record><database name="a.enl">a.enl</database><rec-number>7</rec-number>
<ref-type name="Journal Article">17</ref-type><contributors><authors>
<author><style face="normal">Ek, Ann</style></author></authors></contributors><titles>
<title><style face="normal">Apples </style><style face="italic">did well</style></title>
<secondary-title><style>Orchards</style></secondary-title></titles><dates><year><style>2026</style></year></dates>
<abstract><style>Cider.</style></abstract></record></records></xml>
"""
MODS = b"""<mods xmlns="http://www.loc.gov/mods/v3"><titleInfo><title>Apples</title></titleInfo><name type="personal">
<namePart>Ek, Ann</namePart><role><roleTerm>author</roleTerm></role></name><originInfo><dateIssued>2026</dateIssued>
</originInfo><abstract>Cider.</abstract></mods>
"""
