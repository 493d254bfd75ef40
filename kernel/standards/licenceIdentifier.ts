/** The branch of the object identifier tree under which electronic licences are numbered. */
const ROOT = '1.2.156.3005.2';
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const FORM = /^1\.2\.156\.3005\.2\.([0-9A-Z]+)\.([0-9A-Z]+)\.([0-9A-Z]+)\.(\d{3})\.([0-9A-Z])$/;

/** The parts of a licence's identifier, digits and capitals each. */
export interface LicenceIdentifier {
  /** By the standard 18 characters of the department that defines the type and 3 digits. */
  readonly type: string;
  /** By the standard the issuer's USCC; some issuers use their division code. */
  readonly issuer: string;
  /** Of any length; 9 to 32 characters were seen. */
  readonly serial: string;
  /** 3 digits. */
  readonly version: string;
}

/**
 * The parts of an electronic licence's identifier. Their lengths are not judged, since issuers differ; the check is.
 *
 * @returns `null` when the form or the check is wrong.
 * @see GB/T 36904-2018
 */
export const parseLicenceIdentifier = (text: string): LicenceIdentifier | null => {
  const [matched, type = '', issuer = '', serial = '', version = '', check] = FORM.exec(text) ?? [];
  const parts = { type, issuer, serial, version };
  return matched !== undefined && licenceIdentifierCheck(parts) === check ? parts : null;
};

/** Whether a text is an electronic licence's identifier. */
export const isValidLicenceIdentifier = (text: string): boolean => parseLicenceIdentifier(text) !== null;

/** The whole identifier of its parts, with root and check. */
export const formatLicenceIdentifier = (parts: LicenceIdentifier): string =>
  [ROOT, parts.type, parts.issuer, parts.serial, parts.version, licenceIdentifierCheck(parts)].join('.');

/**
 * The check character over the parts joined without dots and root.
 *
 * @throws When a character is neither digit nor capital.
 * @see ISO/IEC 7064 MOD 37,36
 */
export const licenceIdentifierCheck = ({ type, issuer, serial, version }: LicenceIdentifier): string => {
  const values = Array.from(type + issuer + serial + version, (character) => ALPHABET.indexOf(character));
  if (values.includes(-1)) throw new RangeError('The parts of a licence identifier hold digits and capitals only.');
  const product = values.reduce((p, value) => (((p + value) % 36 || 36) * 2) % 37, 36);
  return ALPHABET.charAt((37 - product) % 36);
};
