import { posix } from 'node:path';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { sm3 } from '../../../../kernel/crypto/sm3.ts';
import { bytesFromBase64, textFromUtf8 } from '../../../../kernel/signing/base64.ts';
import { Malformed } from './der.ts';
import { MAXIMUM_SIGNATURES, type FoundSignature } from './verification.ts';
import { readZip } from './zip.ts';

/** SM3 as CheckMethod; the other methods that old packages name are broken. */
const SM3 = '1.2.156.10197.1.401';
const MAXIMUM_XML_BYTES = 1024 * 1024;

type Files = ReadonlyMap<string, Buffer>;

/**
 * The signatures of an OFD package. What a signature leaves out of its list of digests could be changed behind its back, so only the
 * folder of the signatures themselves may be missing from it.
 *
 * @throws Malformed when the package, or the way from `OFD.xml` to a signature, cannot be read.
 * @see GB/T 33190-2016 §7.4 and §18
 */
export async function signaturesInOfd(bytes: Buffer): Promise<readonly FoundSignature[]> {
  const files = await readZip(bytes);
  const lists = children(xmlOf(files, 'OFD.xml', 'OFD'), 'DocBody').flatMap((body) =>
    children(body, 'Signatures').map((list) => located('OFD.xml', textOf(list))),
  );
  const folders = lists.map((list) => `${posix.dirname(list)}/`);
  const found = lists.flatMap((list) =>
    children(xmlOf(files, list, 'Signatures'), 'Signature').map((entry) =>
      signatureAt(located(list, attribute(entry, 'BaseLoc')), files, folders),
    ),
  );
  if (found.length > MAXIMUM_SIGNATURES) throw new Malformed(`at most ${MAXIMUM_SIGNATURES} signatures`);
  return found;
}

function signatureAt(place: string, files: Files, folders: readonly string[]): FoundSignature {
  const description = xmlOf(files, place, 'Signature');
  const signedInfo = only(description, 'SignedInfo');
  const [seal] = children(signedInfo, 'Seal');
  return {
    bytes: contentOf(files, located(place, textOf(only(description, 'SignedValue')))),
    dataHash: sm3(contentOf(files, place)),
    isFileIntact: isIntact(only(signedInfo, 'References'), place, files, folders),
    seal: seal ? contentOf(files, located(place, textOf(only(seal, 'BaseLoc')))) : null,
  };
}

function isIntact(references: Element, place: string, files: Files, folders: readonly string[]): boolean {
  if (attribute(references, 'CheckMethod').toLowerCase() !== SM3) return false;
  const covered = new Map(
    children(references, 'Reference').map((entry) => [
      located(place, attribute(entry, 'FileRef')),
      textOf(only(entry, 'CheckValue')),
    ]),
  );
  const isAsStated = ([path, value]: [string, string]): boolean => {
    const content = files.get(path);
    return content !== undefined && bytesFromBase64(value)?.equals(sm3(content)) === true;
  };
  const isCovered = (path: string): boolean => covered.has(path) || folders.some((folder) => path.startsWith(folder));
  return [...covered].every(isAsStated) && [...files.keys()].every(isCovered);
}

function contentOf(files: Files, path: string): Buffer {
  const content = files.get(path);
  if (!content) throw new Malformed('every file that the package names');
  return content;
}

/** ST_Loc: from the root of the package, or relative to the file that names it. */
const located = (from: string, location: string): string =>
  posix.normalize(location.startsWith('/') ? location.slice(1) : posix.join(posix.dirname(from), location));

type Element = Readonly<Record<string, unknown>>;

// Every element becomes a list of objects with its text beside its attributes, so that one and many look alike.
const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  removeNSPrefix: true,
  parseTagValue: false,
  parseAttributeValue: false,
  alwaysCreateTextNode: true,
  maxNestedTags: 20,
  isArray: (_name, _path, _isLeaf, isAttribute) => !isAttribute,
});

/** The root element of a file. A document type could bring entities, and no OFD file has one. */
function xmlOf(files: Files, path: string, root: string): Element {
  const content = contentOf(files, path);
  const text = textFromUtf8(content);
  if (text === null || content.length > MAXIMUM_XML_BYTES || text.includes('<!DOCTYPE') || XMLValidator.validate(text) !== true) {
    throw new Malformed('XML of at most 1 MiB without a document type');
  }
  return only(parsed(text), root);
}

function parsed(text: string): Element {
  try {
    return parser.parse(text) as Element; // the options above make every element an object
  } catch {
    throw new Malformed('XML of at most 20 levels');
  }
}

const children = (element: Element, name: string): readonly Element[] => (element[name] ?? []) as readonly Element[]; // see the parser's options

function only(element: Element, name: string): Element {
  const [child, ...others] = children(element, name);
  if (!child || others.length > 0) throw new Malformed(`one element ${name}`);
  return child;
}

const textOf = (element: Element): string => String(element['#text'] ?? '').trim();

function attribute(element: Element, name: string): string {
  const value = element[`@${name}`];
  if (typeof value !== 'string') throw new Malformed(`an attribute ${name}`);
  return value.trim();
}
