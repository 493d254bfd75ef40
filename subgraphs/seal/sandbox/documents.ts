import { sm3 } from '../../../kernel/crypto/sm3.ts';
import { readZip } from '../upstream/signatures/zip.ts';
import { writeZip } from './zip.ts';

// Documents that the sandbox signs as the provincial system would: OFD as GB/T 33190 says, PDF by an appended signature dictionary.

/** How the sandbox signs: it gets the digest and where the description of the signature stands. */
export interface Stamp {
  readonly seal: Uint8Array;
  readonly sign: (dataHash: Uint8Array, propertyInfo: string) => Buffer;
  /** Centre of the impression, in the document's own unit and from its own corner; null where the system looks for the place itself. */
  readonly centre: { readonly page: number; readonly x: number; readonly y: number } | null;
  readonly widthMm: number;
  readonly heightMm: number;
  /** `yyyy-MM-ddTHH:mm:ss` */
  readonly writtenAt: string;
}

const SIGNS = 'Doc_0/Signs/';
const xml = (body: string): Buffer => Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>\n${body}`);
const NAMESPACE = 'xmlns:ofd="http://www.ofdspec.org/2016"';

/** A one-page OFD package with one line of text. */
export const demoOfd = (text = '梅江区电子签章演示文件'): Buffer =>
  writeZip(
    new Map([
      [
        'OFD.xml',
        xml(
          `<ofd:OFD ${NAMESPACE} Version="1.1" DocType="OFD"><ofd:DocBody><ofd:DocInfo><ofd:DocID>00000000000000000000000000000001</ofd:DocID></ofd:DocInfo>` +
            `<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>`,
        ),
      ],
      [
        'Doc_0/Document.xml',
        xml(
          `<ofd:Document ${NAMESPACE}><ofd:CommonData><ofd:MaxUnitID>3</ofd:MaxUnitID><ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea></ofd:CommonData>` +
            `<ofd:Pages><ofd:Page ID="1" BaseLoc="Pages/Page_0/Content.xml"/></ofd:Pages></ofd:Document>`,
        ),
      ],
      [
        'Doc_0/Pages/Page_0/Content.xml',
        xml(
          `<ofd:Page ${NAMESPACE}><ofd:Content><ofd:Layer ID="2"><ofd:TextObject ID="3" Boundary="20 20 170 10" Font="1" Size="5">` +
            `<ofd:TextCode X="0" Y="5">${text}</ofd:TextCode></ofd:TextObject></ofd:Layer></ofd:Content></ofd:Page>`,
        ),
      ],
    ]),
  );

/** The package with one more signature. @throws Malformed when it is no OFD package. */
export async function signOfd(ofd: Buffer, stamp: Stamp): Promise<Buffer> {
  const files = new Map(await readZip(ofd));
  const list =
    files.get(`${SIGNS}Signatures.xml`)?.toString() ?? xml(`<ofd:Signatures ${NAMESPACE}></ofd:Signatures>`).toString();
  const number = list.split('<ofd:Signature ').length;
  const folder = `${SIGNS}Sign_${number}/`;
  if (number === 1) edit(files, 'OFD.xml', '</ofd:DocBody>', `<ofd:Signatures>/${SIGNS}Signatures.xml</ofd:Signatures>`);
  files.set(`${SIGNS}Signatures.xml`, Buffer.from(list));
  edit(
    files,
    `${SIGNS}Signatures.xml`,
    '</ofd:Signatures>',
    `<ofd:Signature ID="s${number}" Type="Seal" BaseLoc="/${folder}Signature.xml"/>`,
  );
  const description = describe(files, folder, stamp);
  files.set(`${folder}Signature.xml`, description);
  files.set(`${folder}Seal.esl`, Buffer.from(stamp.seal));
  files.set(`${folder}SignedValue.dat`, stamp.sign(sm3(description), `/${folder}Signature.xml`));
  return writeZip(files);
}

const edit = (files: Map<string, Buffer>, path: string, before: string, insertion: string): void => {
  const text = files.get(path)?.toString() ?? '';
  files.set(path, Buffer.from(text.replace(before, () => insertion + before)));
};

function describe(files: ReadonlyMap<string, Buffer>, folder: string, { centre, widthMm, heightMm, writtenAt }: Stamp): Buffer {
  const references = [...files]
    .filter(([path]) => !path.startsWith(SIGNS))
    .map(
      ([path, content]) =>
        `<ofd:Reference FileRef="/${path}"><ofd:CheckValue>${sm3(content).toString('base64')}</ofd:CheckValue></ofd:Reference>`,
    )
    .join('');
  const annotation = centre
    ? `<ofd:StampAnnot ID="1" PageRef="${centre.page}" Boundary="${centre.x - widthMm / 2} ${centre.y - heightMm / 2} ${widthMm} ${heightMm}"/>`
    : '';
  return xml(
    `<ofd:Signature ${NAMESPACE}><ofd:SignedInfo><ofd:Provider ProviderName="Meijiang sandbox" Version="1.0"/>` +
      `<ofd:SignatureMethod>1.2.156.10197.1.501</ofd:SignatureMethod><ofd:SignatureDateTime>${writtenAt}</ofd:SignatureDateTime>` +
      `<ofd:References CheckMethod="1.2.156.10197.1.401">${references}</ofd:References>${annotation}` +
      `<ofd:Seal><ofd:BaseLoc>/${folder}Seal.esl</ofd:BaseLoc></ofd:Seal></ofd:SignedInfo>` +
      `<ofd:SignedValue>/${folder}SignedValue.dat</ofd:SignedValue></ofd:Signature>`,
  );
}

/** A one-page PDF of A4 size without text. */
export function demoPdf(): Buffer {
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>',
  ];
  let body = '%PDF-1.7\n';
  const entries = ['0000000000 65535 f \n'];
  objects.forEach((object, index) => {
    entries.push(`${String(body.length).padStart(10, '0')} 00000 n \n`);
    body += `${index + 1} 0 obj\n${object}\nendobj\n`;
  });
  const size = objects.length + 1;
  return Buffer.from(
    `${body}xref\n0 ${size}\n${entries.join('')}trailer\n<< /Size ${size} /Root 1 0 R >>\nstartxref\n${body.length}\n%%EOF\n`,
  );
}

/** Room for a signature in bytes; seals with larger pictures need more. */
const RESERVED = 8_192;
const POINTS_PER_MM = 72 / 25.4;
const PLACEHOLDER = '[0 0000000000 0000000000 0000000000]';

/** The file with one more signature appended: a dictionary, its place in the file, and where the reader finds that. */
export function signPdf(pdf: Buffer, { sign, centre, widthMm, heightMm }: Stamp): Buffer {
  const text = pdf.toString('latin1');
  const number = Number([...text.matchAll(/\/Size (\d+)/g)].at(-1)?.[1] ?? 1);
  const previous = [...text.matchAll(/startxref\s+(\d+)/g)].at(-1)?.[1] ?? '0';
  const head = `${number} 0 obj\n<< /Type /Sig /Filter /GBT38540 /Rect [${rectangle(centre, widthMm, heightMm)}] /ByteRange ${PLACEHOLDER} /Contents `;
  const gapAt = pdf.length + head.length;
  const tailAt = gapAt + 2 * RESERVED + 2;
  const object = ' >>\nendobj\n';
  const tail =
    `${object}xref\n${number} 1\n${String(pdf.length).padStart(10, '0')} 00000 n \n` +
    `trailer\n<< /Size ${number + 1} /Root 1 0 R /Prev ${previous} >>\nstartxref\n${tailAt + object.length}\n%%EOF\n`;
  const range = [gapAt, tailAt, tail.length].map((value) => String(value).padStart(10, '0')).join(' ');
  const before = Buffer.concat([pdf, Buffer.from(head.replace(PLACEHOLDER, `[0 ${range}]`))]);
  const value = sign(sm3(Buffer.concat([before, Buffer.from(tail)])), '/ByteRange').toString('hex');
  return Buffer.concat([before, Buffer.from(`<${value.padEnd(2 * RESERVED, '0')}>${tail}`)]);
}

/** Lower left and upper right corner in points. */
function rectangle(centre: Stamp['centre'], widthMm: number, heightMm: number): string {
  const { x, y } = centre ?? { x: 0, y: 0 };
  const [halfWidth, halfHeight] = [(widthMm * POINTS_PER_MM) / 2, (heightMm * POINTS_PER_MM) / 2];
  return [x - halfWidth, y - halfHeight, x + halfWidth, y + halfHeight].map((value) => value.toFixed(2)).join(' ');
}
