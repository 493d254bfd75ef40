import { zip } from './zip.ts';

const XML = '<?xml version="1.0" encoding="UTF-8"?>';
const NAMESPACE = 'xmlns:ofd="http://www.ofdspec.org/2016"';

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** A one-page OFD package with two lines of text: entry, document, resources, page. @see GB/T 33190-2016 */
export function ofdFile({ id, title, date }: { id: string; title: string; date: string }): Buffer {
  const line = (object: number, y: number, text: string): string =>
    `<ofd:TextObject ID="${object}" Boundary="20 ${y} 170 8" Font="2" Size="5"><ofd:TextCode X="0" Y="6">${escaped(text)}</ofd:TextCode></ofd:TextObject>`;
  return zip([
    [
      'OFD.xml',
      `${XML}<ofd:OFD ${NAMESPACE} Version="1.0" DocType="OFD"><ofd:DocBody><ofd:DocInfo><ofd:DocID>${id}</ofd:DocID>` +
        `<ofd:Title>${escaped(title)}</ofd:Title><ofd:CreationDate>${date}</ofd:CreationDate></ofd:DocInfo>` +
        `<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>`,
    ],
    [
      'Doc_0/Document.xml',
      `${XML}<ofd:Document ${NAMESPACE}><ofd:CommonData><ofd:MaxUnitID>5</ofd:MaxUnitID><ofd:PageArea>` +
        `<ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea><ofd:PublicRes>PublicRes.xml</ofd:PublicRes></ofd:CommonData>` +
        `<ofd:Pages><ofd:Page ID="1" BaseLoc="Pages/Page_0/Content.xml"/></ofd:Pages></ofd:Document>`,
    ],
    [
      'Doc_0/PublicRes.xml',
      `${XML}<ofd:Res ${NAMESPACE} BaseLoc="Res"><ofd:Fonts><ofd:Font ID="2" FontName="宋体" FamilyName="宋体"/></ofd:Fonts></ofd:Res>`,
    ],
    [
      'Doc_0/Pages/Page_0/Content.xml',
      `${XML}<ofd:Page ${NAMESPACE}><ofd:Content><ofd:Layer ID="3">${line(4, 30, title)}${line(5, 45, id)}</ofd:Layer></ofd:Content></ofd:Page>`,
    ],
  ]);
}

/** A one-page PDF with one line; a standard font has no Chinese, so it shows the number only. @see ISO 32000-1 §7.5 */
export function pdfFile({ id }: { id: string }): Buffer {
  const page = `BT /F1 14 Tf 60 760 Td (${id}) Tj ET`;
  const objects = [
    '<</Type/Catalog/Pages 2 0 R>>',
    '<</Type/Pages/Kids[3 0 R]/Count 1>>',
    '<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 5 0 R>>>>/Contents 4 0 R>>',
    `<</Length ${page.length}>>\nstream\n${page}\nendstream`,
    '<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>',
  ];
  let body = '%PDF-1.4\n';
  const entries = objects.map((object, index) => {
    const entry = `${String(body.length).padStart(10, '0')} 00000 n \n`;
    body += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return entry;
  });
  const table = `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${entries.join('')}`;
  const trailer = `trailer\n<</Size ${objects.length + 1}/Root 1 0 R>>\nstartxref\n${body.length}\n%%EOF\n`;
  return Buffer.from(body + table + trailer, 'latin1');
}
