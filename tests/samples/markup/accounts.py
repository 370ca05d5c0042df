"""A report of facts in XBRL."""

ACCOUNTS = b"""<?xml version="1.0"?>
<xbrl xmlns="http://www.xbrl.org/2003/instance" xmlns:dei="http://a.example/dei" xmlns:gaap="http://a.example/gaap"
 xmlns:xbrldi="http://xbrl.org/2006/xbrldi" xmlns:iso4217="http://www.xbrl.org/2003/iso4217"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:link="http://www.xbrl.org/2003/linkbase">
<context id="year"><entity><identifier scheme="http://a.example/id">0007</identifier></entity>
<period><startDate>2025-01-01</startDate><endDate>2025-12-31</endDate></period></context>
<context id="pears"><entity><identifier scheme="http://a.example/id">0007</identifier><segment>
<xbrldi:explicitMember dimension="gaap:FruitKindAxis">gaap:PearTreesMember</xbrldi:explicitMember></segment></entity>
<period><instant>2025-12-31</instant></period></context>
<unit id="money"><measure>iso4217:EUR</measure></unit><unit id="each"><divide><unitNumerator><measure>iso4217:EUR
</measure></unitNumerator><unitDenominator><measure>shares</measure></unitDenominator></divide></unit>
<dei:DocumentType contextRef="year">10-K</dei:DocumentType>
<dei:EntityRegistrantName contextRef="year">Pomona AG</dei:EntityRegistrantName>
<gaap:NetIncomeLoss contextRef="year" unitRef="money" decimals="0">-1200</gaap:NetIncomeLoss>
<gaap:NetIncomeLoss contextRef="year" unitRef="money" decimals="0" id="again">-1200</gaap:NetIncomeLoss>
<gaap:SharePrice contextRef="pears" unitRef="each">10.49</gaap:SharePrice>
<gaap:SharePrice contextRef="year" unitRef="each" xsi:nil="true"/>
<gaap:HarvestNoteTextBlock contextRef="year">&lt;h1&gt;Note 1&lt;/h1&gt;&lt;p&gt;Apples did &lt;b&gt;very&lt;/b&gt;
well.&lt;/p&gt;&lt;p style="display:none"&gt;secret&lt;/p&gt;</gaap:HarvestNoteTextBlock>
<gaap:PolicyTextBlock contextRef="year">&lt;p&gt;By weight, always.&lt;/p&gt;</gaap:PolicyTextBlock>
<gaap:AgainTextBlock contextRef="year">&lt;p&gt;By weight, always.&lt;/p&gt;</gaap:AgainTextBlock>
<gaap:HarvestPolicyTextBlock contextRef="year">&lt;p&gt;Apples did very well.&lt;/p&gt;</gaap:HarvestPolicyTextBlock>
<link:footnoteLink><link:footnote>By weight.</link:footnote></link:footnoteLink></xbrl>
"""
