import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sm3 } from '../../../../kernel/crypto/sm3.ts';
import { demoOfd, demoPdf, signOfd, signPdf, type Stamp } from '../../sandbox/documents.ts';
import { writeZip } from '../../sandbox/zip.ts';
import { Malformed } from './der.ts';
import { signaturesInOfd } from './ofd.ts';
import { signaturesInPdf } from './pdf.ts';
import { readZip } from './zip.ts';

/** What is signed does not matter here: a "signature" is a short OCTET STRING with the digest inside. */
const valueOf = (dataHash: Uint8Array): Buffer => Buffer.concat([Buffer.of(4, dataHash.length), dataHash]);
const stamp: Stamp = {
  seal: Buffer.from('the seal'),
  sign: valueOf,
  centre: { page: 1, x: 100, y: 200 },
  widthMm: 40,
  heightMm: 20,
  writtenAt: '2024-05-06T09:30:00',
};

/** The package with some files changed; undefined takes one out. */
async function edited(ofd: Buffer, changes: Readonly<Record<string, string | Buffer | undefined>>): Promise<Buffer> {
  const files = new Map(await readZip(ofd));
  for (const [path, content] of Object.entries(changes)) {
    if (content === undefined) files.delete(path);
    else files.set(path, Buffer.from(content));
  }
  return writeZip(files);
}

const textIn = async (ofd: Buffer, path: string): Promise<string> => (await readZip(ofd)).get(path)?.toString() ?? '';

const SIGNATURE_XML = 'Doc_0/Signs/Sign_1/Signature.xml';

describe('OFD', () => {
  test('a package without signatures has none', async () => {
    await expect(signaturesInOfd(demoOfd())).resolves.toEqual([]);
  });

  test('one signature is found with everything that belongs to it', async () => {
    const signed = await signOfd(demoOfd(), stamp);
    const dataHash = sm3(await textIn(signed, SIGNATURE_XML));
    await expect(signaturesInOfd(signed)).resolves.toEqual([
      { bytes: valueOf(dataHash), dataHash, isFileIntact: true, seal: Buffer.from('the seal') },
    ]);
  });

  test('a second signature leaves the first one whole', async () => {
    const twice = await signOfd(await signOfd(demoOfd(), stamp), { ...stamp, seal: Buffer.from('another seal') });
    const found = await signaturesInOfd(twice);
    expect(found.map(({ isFileIntact, seal }) => [isFileIntact, seal?.toString()])).toEqual([
      [true, 'the seal'],
      [true, 'another seal'],
    ]);
  });

  test.each<{ what: string; changes: Record<string, string | Buffer | undefined> }>([
    { what: 'a page that was changed', changes: { 'Doc_0/Pages/Page_0/Content.xml': '<changed/>' } },
    { what: 'a page that was taken out', changes: { 'Doc_0/Pages/Page_0/Content.xml': undefined } },
    { what: 'a page that was added', changes: { 'Doc_0/Pages/Page_1/Content.xml': '<added/>' } },
    { what: 'a file that was added beside the document', changes: { 'Doc_0/Signs.xml': '<added/>' } },
  ])('$what is not whole', async ({ changes }) => {
    const signed = await signOfd(demoOfd(), stamp);
    const [before] = await signaturesInOfd(signed);
    const [after] = await signaturesInOfd(await edited(signed, changes));
    expect([before?.isFileIntact, after?.isFileIntact]).toEqual([true, false]);
  });

  test.each([
    { what: 'lists nothing', from: /<ofd:Reference .*<\/ofd:Reference>/, to: '' },
    { what: 'checks by a broken method', from: '1.2.156.10197.1.401', to: '1.2.840.113549.2.5' },
    { what: 'has a digest that is no Base64', from: /<ofd:CheckValue>./, to: '<ofd:CheckValue>?' },
  ])('a signature that $what protects nothing', async ({ from, to }) => {
    const signed = await signOfd(demoOfd(), stamp);
    const xml = await textIn(signed, SIGNATURE_XML);
    expect(xml.replace(from, to)).not.toBe(xml);
    const [found] = await signaturesInOfd(await edited(signed, { [SIGNATURE_XML]: xml.replace(from, to) }));
    expect(found?.isFileIntact).toBe(false);
  });

  test('relative places are found from the file that names them', async () => {
    const signed = await signOfd(demoOfd(), stamp);
    const xml = (await textIn(signed, SIGNATURE_XML)).replaceAll('/Doc_0/Signs/Sign_1/', './');
    const [found] = await signaturesInOfd(
      await edited(signed, { [SIGNATURE_XML]: xml.replace('"/OFD.xml"', '"../../../OFD.xml"') }),
    );
    expect(found).toMatchObject({ isFileIntact: true, seal: Buffer.from('the seal') });
  });

  const entities = `<!DOCTYPE x [<!ENTITY a "${'x'.repeat(100)}">]><ofd:Signature xmlns:ofd="x">&a;</ofd:Signature>`;
  test.each<{ what: string; path: string; content: string | undefined }>([
    { what: 'a list that is missing', path: 'Doc_0/Signs/Signatures.xml', content: undefined },
    { what: 'a signature that is missing', path: 'Doc_0/Signs/Sign_1/SignedValue.dat', content: undefined },
    { what: 'no OFD.xml', path: 'OFD.xml', content: undefined },
    { what: 'entities', path: SIGNATURE_XML, content: entities },
    { what: 'XML that does not end', path: SIGNATURE_XML, content: '<ofd:Signature xmlns:ofd="x">' },
    { what: 'XML thirty levels deep', path: SIGNATURE_XML, content: '<a>'.repeat(30) + '</a>'.repeat(30) },
    { what: 'XML of 2 MB', path: SIGNATURE_XML, content: `<Signature>${'x'.repeat(2_000_000)}</Signature>` },
    { what: 'two elements where one belongs', path: SIGNATURE_XML, content: '<Signature><SignedInfo/><SignedInfo/></Signature>' },
    {
      what: 'a place outside the package',
      path: 'Doc_0/Signs/Signatures.xml',
      content: '<Signatures><Signature BaseLoc="/../x"/></Signatures>',
    },
    {
      what: 'twenty-one signatures',
      path: 'Doc_0/Signs/Signatures.xml',
      content: `<Signatures>${`<Signature BaseLoc="/${SIGNATURE_XML}"/>`.repeat(21)}</Signatures>`,
    },
  ])('$what cannot be read', async ({ path, content }) => {
    const signed = await signOfd(demoOfd(), stamp);
    await expect(signaturesInOfd(signed)).resolves.toHaveLength(1);
    await expect(signaturesInOfd(await edited(signed, { [path]: content }))).rejects.toBeInstanceOf(Malformed);
  });
});

describe('ZIP', () => {
  const zip = writeZip(
    new Map([
      ['a.txt', Buffer.from('first')],
      ['b/c.txt', Buffer.from('second '.repeat(50))],
    ]),
  );

  test('files come out as they went in', async () => {
    const files = await readZip(zip);
    expect([...files].map(([path, content]) => [path, content.length])).toEqual([
      ['a.txt', 5],
      ['b/c.txt', 350],
    ]);
  });

  /** A package of one file whose directory says other things than the truth. */
  const lying = (edit: (bytes: Buffer, directoryAt: number) => void): Buffer => {
    const bytes = Buffer.from(writeZip(new Map([['a.txt', Buffer.alloc(100_000)]])));
    edit(bytes, bytes.readUInt32LE(bytes.length - 6));
    return bytes;
  };

  test.each([
    { what: 'nothing', bytes: Buffer.alloc(0) },
    { what: 'text', bytes: Buffer.from('this is no package, whatever its name may be') },
    { what: 'a package cut off', bytes: zip.subarray(0, -10) },
    { what: 'a package with something behind it', bytes: Buffer.concat([zip, Buffer.from('x')]) },
    { what: 'a name twice', bytes: sameName('a.txt', 'a.txt') },
    { what: 'a name twice, in small and capital letters', bytes: sameName('a.txt', 'A.txt') },
    { what: 'a path out of the package', bytes: writeZip(new Map([['../a.txt', Buffer.from('x')]])) },
    { what: 'a path from the root', bytes: writeZip(new Map([['/a.txt', Buffer.from('x')]])) },
    { what: 'a path with backslashes', bytes: writeZip(new Map([['a\\b.txt', Buffer.from('x')]])) },
    { what: 'a size that is too small: a bomb', bytes: lying((bytes, at) => bytes.writeUInt32LE(1_000, at + 24)) },
    { what: 'a size that is too large', bytes: lying((bytes, at) => bytes.writeUInt32LE(200_000, at + 24)) },
    { what: 'a total that is too large', bytes: lying((bytes, at) => bytes.writeUInt32LE(70_000_000, at + 24)) },
    { what: 'a wrong checksum', bytes: lying((bytes, at) => bytes.writeUInt32LE(1, at + 16)) },
    { what: 'a method that nobody knows', bytes: lying((bytes, at) => bytes.writeUInt16LE(99, at + 10)) },
    { what: 'encryption', bytes: lying((bytes, at) => bytes.writeUInt16LE(0x801, at + 8)) },
    { what: 'another name at its place', bytes: lying((bytes) => bytes.write('b.txt', 30)) },
    { what: 'a place outside', bytes: lying((bytes, at) => bytes.writeUInt32LE(0xfffffff0, at + 42)) },
    { what: 'more files than there are', bytes: lying((bytes) => void bytes.writeUInt16LE(2, bytes.length - 12)) },
    { what: '2,001 files', bytes: writeZip(new Map(Array.from({ length: 2_001 }, (_, index) => [`${index}`, Buffer.alloc(0)]))) },
  ])('$what is refused', async ({ bytes }) => {
    await expect(readZip(bytes)).rejects.toBeInstanceOf(Malformed);
  });

  test('a file inside another is refused', async () => {
    const inner = writeZip(new Map([['a.txt', Buffer.from('shown')]]));
    const outer = Buffer.from(
      writeZip(
        new Map([
          ['a.txt', inner],
          ['b.txt', Buffer.from('x')],
        ]),
      ),
    );
    const second = outer.indexOf('b.txt', outer.readUInt32LE(outer.length - 6));
    outer.writeUInt32LE(0, second - 46 + 42); // the second file where the first one stands
    await expect(readZip(outer)).rejects.toBeInstanceOf(Malformed);
  });

  test('any damage is noticed or harmless, and nothing else is thrown', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: zip.length - 1 }), fc.integer({ min: 1, max: 255 }), async (at, mask) => {
        const damaged = Buffer.from(zip);
        damaged[at] = (damaged[at] ?? 0) ^ mask;
        const files = await readZip(damaged).catch((thrown: unknown) => {
          expect(thrown).toBeInstanceOf(Malformed);
          return null;
        });
        if (files) expect([...files.values()].map(String)).toEqual(['first', 'second '.repeat(50)]);
      }),
    );
  });
});

/** Two files of 1 byte under two names, the second written over the first's place in the directory. */
function sameName(first: string, second: string): Buffer {
  const bytes = Buffer.from(
    writeZip(
      new Map([
        [first, Buffer.from('1')],
        ['z'.repeat(second.length), Buffer.from('2')],
      ]),
    ),
  );
  const placeholder = 'z'.repeat(second.length);
  for (let at = bytes.indexOf(placeholder); at >= 0; at = bytes.indexOf(placeholder, at)) bytes.write(second, at);
  return bytes;
}

describe('PDF', () => {
  const signed = signPdf(demoPdf(), stamp);

  test('a file without signatures has none', () => {
    expect(signaturesInPdf(demoPdf())).toEqual([]);
  });

  test('one signature over the whole file', () => {
    const [found] = signaturesInPdf(signed);
    expect(found).toMatchObject({ isFileIntact: true, seal: null });
    expect(found?.bytes.equals(valueOf(found.dataHash))).toBe(true);
  });

  const text = signed.toString('latin1');
  test.each([
    { what: 'a change in front of it', bytes: text.replace('/Count 1', '/Count 2') },
    { what: 'a change behind it', bytes: text.replace('/Prev ', '/Perv ') },
  ])('$what gives another digest', ({ bytes }) => {
    const [before] = signaturesInPdf(signed);
    const [after] = signaturesInPdf(Buffer.from(bytes, 'latin1'));
    expect(after?.bytes).toEqual(before?.bytes);
    expect(after?.dataHash.equals(before?.dataHash ?? Buffer.alloc(0))).toBe(false);
  });

  test('what was appended afterwards is not covered', () => {
    const [found] = signaturesInPdf(Buffer.concat([signed, Buffer.from('4 0 obj\n<< >>\nendobj\n')]));
    expect(found?.isFileIntact).toBe(false);
    const twice = signaturesInPdf(signPdf(signed, stamp));
    expect(twice.map(({ isFileIntact }) => isFileIntact)).toEqual([false, true]);
  });

  test.each([
    { what: 'a range that begins later', from: '/ByteRange [0 ', to: '/ByteRange [9 ' },
    { what: 'a range that ends beyond the file', from: /0(\d{9})\] \/Contents/, to: '1$1] /Contents' },
  ])('$what is not whole', ({ from, to }) => {
    const altered = text.replace(from, to);
    expect(altered).not.toBe(text);
    expect(signaturesInPdf(Buffer.from(altered, 'latin1')).map(({ isFileIntact }) => isFileIntact)).toEqual([false]);
  });

  test.each([
    { what: 'hex that is none', value: /\/Contents <../, by: '/Contents <zz' },
    { what: 'something behind the value', value: '00>', by: '01>' },
    { what: 'a length beyond the space', value: /\/Contents <0420/, by: '/Contents <0484' },
  ])('a value with $what is nothing', ({ value, by }) => {
    const altered = text.replace(value, by);
    expect(altered).not.toBe(text);
    expect(signaturesInPdf(Buffer.from(altered, 'latin1')).map(({ bytes }) => bytes.length)).toEqual([0]);
  });

  test('more than twenty signatures are refused', () => {
    expect(() => signaturesInPdf(Buffer.from('/ByteRange [0 1 2 3]'.repeat(21)))).toThrow(Malformed);
  });
});

test('80 MB in 80 KB are refused without being unpacked', async () => {
  const bomb = writeZip(new Map(Array.from({ length: 4 }, (_, index) => [`${index}.bin`, Buffer.alloc(20 * 1024 * 1024)])));
  expect(bomb.length).toBeLessThan(100_000);
  await expect(readZip(bomb)).rejects.toThrow('64 MiB');
});
