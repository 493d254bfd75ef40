import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { unexpected } from '../../../kernel/parse.ts';

/** Elements that may occur once or often, in all dialects of this folder; always lists. */
const REPEATED = new Set(['item', 'featureMember', 'surfaceMember', 'polygonMember', 'interior']);

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  removeNSPrefix: true, // servers choose their prefixes freely
  parseTagValue: false, // codes keep their zeros
  parseAttributeValue: false,
  processEntities: true, // the five of XML itself: documents with a DOCTYPE are refused
  isArray: (name) => REPEATED.has(name),
});

/** Whether a body claims to be XML (or a web page). */
export const looksLikeXml = (text: string): boolean => text.trimStart().startsWith('<');

/**
 * An XML document as an object: elements by their local names, attributes with `@` before them, all values as text.
 * The parser forgives much, so the form is checked first.
 */
export function parseXml(text: string): unknown {
  if (/<!DOCTYPE/i.test(text) || XMLValidator.validate(text) !== true)
    return unexpected('body', 'well-formed XML without a DOCTYPE');
  return parser.parse(text);
}
