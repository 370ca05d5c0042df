"""An article, a manual, an edition and a patent in their vocabularies."""

ARTICLE = b"""<?xml version="1.0"?>
<!DOCTYPE article PUBLIC "-//NLM//DTD JATS (Z39.96) Journal Publishing DTD v1.2 20190208//EN" "JATS.dtd">
<article article-type="research-article"><front>
<journal-meta><journal-title-group><journal-title>Orchards</journal-title></journal-title-group></journal-meta>
<article-meta><article-id pub-id-type="doi">10.1/apples</article-id>
<title-group><article-title>Harvest of <italic>Malus</italic></article-title></title-group>
<contrib-group><contrib contrib-type="author"><name><surname>Ek</surname><given-names>Ann</given-names></name>
<xref ref-type="aff" rid="a1">1</xref></contrib><contrib contrib-type="author"><name><surname>Roe</surname>
<given-names>Bo</given-names></name></contrib></contrib-group><aff id="a1"><label>1</label>Pomona Institute</aff>
<pub-date date-type="pub"><day>5</day><month>3</month><year>2026</year></pub-date>
<abstract><p>Apples did well.</p></abstract></article-meta></front>
<body><sec><label>1.</label><title>Yield</title><p>Much grew<xref ref-type="fn" rid="n1">a</xref>:
<disp-formula><tex-math>m = \\rho V</tex-math></disp-formula></p>
<list list-type="order"><list-item><p>first</p></list-item><list-item><p>second</p></list-item></list>
<table-wrap><label>Table 1</label><caption><title>Tons.</title><p>By year.</p></caption><table>
<tr><th rowspan="2">Fruit</th><th colspan="2">Tons</th></tr><tr><th>2024</th><th>2025</th></tr>
<tr><td>Apple</td><td>12</td><td>13</td></tr></table></table-wrap></sec></body>
<back><fn-group><fn id="n1"><label>a</label><p>By weight.</p></fn></fn-group>
<ref-list><title>References</title><ref id="r1"><label>1</label><element-citation><person-group><name>
<surname>Lind</surname><given-names>C</given-names></name></person-group><article-title>On pears</article-title>
<source>Fruit</source><year>1999</year><fpage>7</fpage><lpage>9</lpage></element-citation></ref></ref-list></back></article>
"""
HANDBOOK = b"""<?xml version="1.0"?>
<!DOCTYPE book [<!ENTITY press "cider press">]>
<book xmlns="http://docbook.org/ns/docbook" xmlns:xlink="http://www.w3.org/1999/xlink">
<info><title>Pressing</title><author><personname><firstname>Ann</firstname><surname>Ek</surname></personname></author>
</info><chapter xml:id="c"><title>The &press;</title>
<para>Turn the <guilabel>screw</guilabel><footnote><para>Slowly.</para></footnote>, see <xref linkend="c"/>.</para>
<warning><para>Mind your <emphasis role="bold">hands</emphasis>.</para></warning>
<procedure><step><para>Wash</para></step><step><para>Press</para></step></procedure>
<table><title>Sizes</title><tgroup cols="2"><colspec colname="a"/><colspec colname="b"/><thead><row><entry>Size</entry>
<entry>Liters</entry></row></thead><tbody><row><entry morerows="1">Small</entry><entry>5</entry></row><row><entry>6
</entry></row><row><entry namest="a" nameend="b">ask us</entry></row></tbody></tgroup></table>
<programlisting language="sh">press --all</programlisting><indexterm><primary>screws</primary></indexterm>
</chapter></book>
"""
LETTERS = b"""<?xml version="1.0"?>
<TEI xmlns="http://www.tei-c.org/ns/1.0"><teiHeader><fileDesc><titleStmt><title>Letters</title><author>Ann Ek</author>
</titleStmt><publicationStmt><publisher>Pomona</publisher></publicationStmt></fileDesc></teiHeader><text><body>
<div><head>To Bo</head><p>Apples<note>Of 2025.</note> did <hi rend="bold">very</hi> <choice><sic>wel</sic><corr>well
</corr></choice>.</p><lg><l>Red and round</l><l>on the ground</l></lg><table><row role="label"><cell>Fruit</cell>
<cell>Tons</cell></row><row><cell>Apple</cell><cell>12</cell></row></table><list><item>first</item></list></div>
</body></text></TEI>
"""
PATENT_OF_A_PRESS = b"""<?xml version="1.0"?>
<!DOCTYPE us-patent-grant SYSTEM "us-patent-grant-v45-2014-04-03.dtd" [ ]>
<us-patent-grant lang="EN"><us-bibliographic-data-grant><publication-reference><document-id><country>US</country>
<doc-number>0123</doc-number></document-id></publication-reference><classifications-ipcr><classification-ipcr>
<section>A</section><class>23</class><subclass>N</subclass><main-group>1</main-group><subgroup>02</subgroup>
<symbol-position>F</symbol-position></classification-ipcr></classifications-ipcr>
<invention-title id="t">Cider press</invention-title><us-parties><inventors><inventor><addressbook>
<last-name>Ek</last-name><first-name>Ann</first-name><address><city>Lund</city></address></addressbook></inventor>
</inventors></us-parties></us-bibliographic-data-grant><abstract><p>A press.</p></abstract><description>
<heading level="1">BACKGROUND</heading><p>Apples hold H<sub>2</sub>O, see <figref>FIG. <b>1</b></figref>.</p><tables>
<table><tgroup cols="2"><colspec colname="1"/><colspec colname="2"/><tbody><row><entry>Apple</entry><entry>12</entry>
</row></tbody></tgroup></table></tables></description><claims><claim><claim-text><b>1</b>. A press, with:
<claim-text>a screw;</claim-text></claim-text></claim></claims></us-patent-grant>
"""
PATENT_OF_2002 = b"""<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE PATDOC SYSTEM "ST32-US-Grant-025xml.dtd" [<!ENTITY D0.TIF SYSTEM "D0.TIF" NDATA TIF>]>
<PATDOC DTD="2.5" STATUS="BUILD 20020529"><SDOBI><B100><B110><DNUM><PDAT>06442728</PDAT></DNUM></B110><B130
><PDAT>B1</PDAT></B130><B140><DATE><PDAT>20020827</PDAT></DATE></B140><B190><PDAT>US</PDAT></B190></B100><B200
><B210><DNUM><PDAT>09225198</PDAT></DNUM></B210></B200><B500><B540><STEXT><PDAT>Cider press</PDAT></STEXT
></B540></B500><B700><B720><B721><PARTY-US><NAM><FNM><PDAT>Ann</PDAT></FNM><SNM><STEXT><PDAT>Ek</PDAT></STEXT
></SNM></NAM><ADR><CITY><PDAT>Lund</PDAT></CITY></ADR></PARTY-US></B721></B720></B700></SDOBI><SDOAB><BTEXT
><PARA ID="P-00001" LVL="0"><PTEXT><PDAT>A press for H</PDAT><HIL><SB><PDAT>2</PDAT></SB></HIL><PDAT>O of </PDAT
><HIL><BOLD><PDAT>10</PDAT></BOLD></HIL><PDAT> l.</PDAT></PTEXT></PARA></BTEXT></SDOAB><SDODE><DRWDESC><BTEXT
><H LVL="1"><STEXT><PDAT>BRIEF DESCRIPTION</PDAT></STEXT></H><PARA ID="P-2" LVL="0"><PTEXT
><PDAT>Fig. one.</PDAT></PTEXT></PARA><TABLE-US><TABLE><TGROUP COLS="2"><COLSPEC COLNAME="1"/><TBODY><ROW
><ENTRY><PDAT>Apple</PDAT></ENTRY><ENTRY><PDAT>12</PDAT></ENTRY></ROW></TBODY></TGROUP></TABLE></TABLE-US
></BTEXT></DRWDESC></SDODE><SDOCL><H LVL="1"><STEXT><PDAT>What is claimed is:</PDAT></STEXT></H><CL
><CLM ID="CLM-00001"><PARA ID="P-3" LVL="0"><PTEXT><PDAT>1. A press, as in </PDAT><CLREF ID="CLM-00001"
><PDAT>claim 1</PDAT></CLREF><PDAT>.</PDAT></PTEXT></PARA></CLM></CL></SDOCL></PATDOC>
"""
APPLICATION_OF_2001 = b"""<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE patent-application-publication SYSTEM "pap-v15-2001-01-31.dtd" [ ]>
<patent-application-publication><subdoc-bibliographic-information><document-id
><doc-number>20010031492</doc-number><kind-code>A1</kind-code><document-date>20011018</document-date
></document-id><publication-filing-type>new</publication-filing-type><technical-information><classification-ipc
><classification-ipc-primary><ipc>C12Q001/00</ipc></classification-ipc-primary></classification-ipc
><title-of-invention>Assay reagent</title-of-invention></technical-information><inventors><first-named-inventor
><name><given-name>Wilson</given-name><family-name>Burgess</family-name></name><residence><residence-us
><city>Clifton</city></residence-us></residence></first-named-inventor></inventors
></subdoc-bibliographic-information><subdoc-abstract><paragraph id="A-00001" lvl="0"
><number>&lsqb;0000&rsqb;</number> A cell-derived assay reagent.</paragraph></subdoc-abstract
><subdoc-description><detailed-description><section><heading lvl="1">SUMMARY</heading
><paragraph id="P-1" lvl="0"><number>&lsqb;0001&rsqb;</number> H<subscript
>2</subscript>O in <cross-reference target="DRAWINGS">FIG. <highlight
><bold>1</bold></highlight></cross-reference>.</paragraph></section></detailed-description></subdoc-description
><subdoc-claims><heading lvl="1">What is claimed is:</heading><claim id="CLM-1"><claim-text><highlight
><bold>1</bold></highlight>. A method.</claim-text></claim><claim id="CLM-2"><claim-text><highlight
><bold>2</bold></highlight>. As in <dependent-claim-reference depends_on="CLM-1"
><claim-text>claim 1</claim-text></dependent-claim-reference>.</claim-text></claim></subdoc-claims
></patent-application-publication>
"""
