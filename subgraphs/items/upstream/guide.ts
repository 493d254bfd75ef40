import { field, integer, isAbsent, list, nullable, record, string, text, unexpected, type Parse } from '../../../kernel/parse.ts';
import { among, atMost, codes, flag, requireSame } from './envelope.ts';
import { line, lines, optionalLine, phones } from './publicText.ts';

export type DayUnit = 'WORKING_DAY' | 'CALENDAR_DAY';

/** Where an item can be handled. */
export interface Hall {
  readonly name: string | null;
  readonly address: string;
}

/** What an applicant pays. */
export interface Fee {
  readonly name: string;
  readonly standard: string | null;
  readonly reducible: boolean;
  readonly reduction: string | null;
}

/** What an applicant hands in. */
export interface Material {
  /** Item code, full stop, the portal's own id of the material. */
  readonly id: string;
  readonly itemCode: string;
  readonly name: string;
  readonly required: boolean;
  readonly deferrable: boolean;
  readonly format: 'PAPER' | 'ELECTRONIC' | 'PAPER_OR_ELECTRONIC' | null;
  readonly copies: number | null;
  readonly source: 'APPLICANT' | 'GOVERNMENT' | 'OTHER' | null;
  readonly sourceNote: string | null;
  readonly noSubmission: boolean;
  readonly noSubmissionMeans: string | null;
  /** 9-digit basic code of the licence that this material is; null when it is none. */
  readonly licenceTypeCode: string | null;
  readonly acceptanceStandard: string | null;
  readonly fillingNote: string | null;
  readonly exampleUrl: string | null;
  readonly formUrl: string | null;
}

/** The guide of one item. */
export interface Guide {
  readonly legalDays: number | null;
  readonly legalDaysUnit: DayUnit | null;
  readonly promiseDays: number | null;
  readonly promiseDaysUnit: DayUnit | null;
  readonly channels: ('WINDOW' | 'ONLINE' | 'COURIER')[];
  readonly visitsReason: string | null;
  readonly onlineDepth: number | null;
  readonly onlineUrl: string | null;
  readonly bookable: boolean;
  readonly deliverable: boolean;
  readonly selfService: boolean;
  readonly conditions: string | null;
  readonly process: string | null;
  readonly halls: Hall[];
  readonly hours: string | null;
  readonly consultationPhones: string[];
  readonly complaintPhones: string[];
  readonly legalBasis: string | null;
  readonly resultName: string | null;
  readonly resultKind: 'CERTIFICATE' | 'DOCUMENT' | 'APPROVAL' | null;
  readonly fees: Fee[];
  /** null in the old generation, whose page shows them in a way that is not known. */
  readonly materials: Material[] | null;
}

// Project type apart, no table of these codes is published; they follow the national implementation list. [modelled]
const DAY_UNITS = { '1': 'WORKING_DAY', '2': 'CALENDAR_DAY' } as const;
const CHANNELS = { '1': 'WINDOW', '2': 'ONLINE', '3': 'COURIER' } as const;
const FORMATS = { '1': 'PAPER', '2': 'ELECTRONIC', '3': 'PAPER_OR_ELECTRONIC' } as const;
const SOURCES = { '10': 'APPLICANT', '20': 'GOVERNMENT', '99': 'OTHER' } as const;
const RESULT_KINDS = { 出证办结: 'CERTIFICATE', 出文办结: 'DOCUMENT', 审批办结: 'APPROVAL' } as const;
const DEFERRABLE = '3'; // 容缺后补
const MAXIMUM_MATERIALS = 100;
const MAXIMUM_FEES = 50;
const MAXIMUM_HALLS = 200;
const MAXIMUM_PHONES = 20;

/**
 * The answer about one item; null when the portal does not have it.
 *
 * @param code The code that was asked for.
 */
export const guideOf =
  (code: string): Parse<Guide | null> =>
  (value, place) => {
    const answer = record(value, place);
    // Nothing under the name is an item that is not there; without the name it is no answer about an item.
    if (!('AUDIT_ITEM' in answer)) return unexpected(place, 'AUDIT_ITEM');
    const item = field(answer, 'AUDIT_ITEM', nullable(record), place);
    if (item === null) return null;
    requireSame(code, field(item, 'TASK_CODE', text, place).trim());
    const read = <T>(name: string, parse: Parse<T>): T => field(item, name, parse, place);
    return {
      legalDays: read('ANTICIPATE_DAY', nullable(integer)),
      legalDaysUnit: read('ANTICIPATE_TYPE', among(DAY_UNITS)),
      promiseDays: read('PROMISE_DAY', nullable(integer)),
      promiseDaysUnit: read('PROMISE_TYPE', among(DAY_UNITS)),
      channels: read('HANDLE_TYPE', codes).flatMap((channel) => among(CHANNELS)(channel, 'HANDLE_TYPE') ?? []),
      visitsReason: read('LIMIT_SCENE_EXPLAIN', optionalLine),
      onlineDepth: read('ONLINE_HANDLE_DEPTH', nullable(integer)),
      onlineUrl: read('ONLINE_HANDLE_URL', webAddress),
      bookable: read('IS_SCHEDULE', flag),
      deliverable: read('IS_EXPRESS', flag),
      selfService: read('IS_SERVICE_TERMINALS', flag),
      conditions: read('ACCEPT_CONDITION', optionalLine),
      process: read('HANDLE_FLOW', optionalLine),
      halls: atMost(MAXIMUM_HALLS, read('TRANSACT_ADDR', lines)).map(hallOf),
      hours: read('TRANSACT_TIME', optionalLine),
      consultationPhones: atMost(MAXIMUM_PHONES, read('LINK_WAY', phones)),
      complaintPhones: atMost(MAXIMUM_PHONES, read('SUPERVISE_WAY', phones)),
      legalBasis: read('BY_LAW', optionalLine),
      resultName: read('RESULT_NAME', optionalLine),
      resultKind: read('RESULT_TYPE', among(RESULT_KINDS)),
      fees: atMost(MAXIMUM_FEES, field(value, 'AUDIT_FEE', nullable(list(feeOf)), place) ?? []),
      materials: atMost(MAXIMUM_MATERIALS, field(value, 'AUDIT_MATERIAL', nullable(list(materialOf(code))), place) ?? []),
    };
  };

/** `hall: address`, or an address alone. */
export const hallOf = (entry: string): Hall => {
  const [, name = null, address = entry] = /^([^：:]{1,40})[：:](.+)$/.exec(entry) ?? [];
  return { name, address };
};

const feeOf: Parse<Fee> = (value, place) => ({
  name: field(value, 'FEE_NAME', line, place),
  standard: field(value, 'FEE_STAND', optionalLine, place),
  reducible: field(value, 'IS_DESC', flag, place),
  reduction: field(value, 'DESC_EXPLAIN', optionalLine, place),
});

const materialOf =
  (itemCode: string): Parse<Material> =>
  (value, place) => {
    const read = <T>(name: string, parse: Parse<T>): T => field(value, name, parse, place);
    const need = read('IS_NEED', nullable(text));
    return {
      id: `${itemCode}.${read('ROWGUID', materialId)}`,
      itemCode,
      name: read('MATERIAL_NAME', line),
      required: need === '1' || need === DEFERRABLE,
      deferrable: need === DEFERRABLE,
      format: read('MATERIAL_FORMAT', among(FORMATS)),
      copies: read('PAGE_NUM', nullable(integer)),
      source: read('SOURCE_TYPE', among(SOURCES)),
      sourceNote: read('SOURCE_EXPLAIN', optionalLine),
      noSubmission: read('IS_NOCOMMIT', flag),
      noSubmissionMeans: read('NOCOMMIT_MODE', optionalLine),
      licenceTypeCode: read('DZZZ_CATALOG_CODE', basicLicenceCode) ?? read('CERT_CODE', basicLicenceCode),
      acceptanceStandard: read('ACCEPT_STAND', optionalLine),
      fillingNote: read('FILL_EXPLAIN', optionalLine),
      exampleUrl: read('EXAMPLE_GUID', firstFile),
      formUrl: read('FORM_GUID', firstFile),
    };
  };

const materialId: Parse<string> = (value, place) => {
  const id = string(value, place);
  return /^[\w-]{1,64}$/.test(id) ? id : unexpected(place, 'an id');
};

/** The basic code of 9 digits, alone or at the head of a licence item code of 24 characters. */
const basicLicenceCode: Parse<string | null> = (value, place) =>
  isAbsent(value) ? null : (/^\d{7}01(?=$|[0-9A-Z]{9}\d{6}$)/.exec(text(value, place).trim())?.[0] ?? null);

/** The first of the attached files; the list may be empty. */
const firstFile: Parse<string | null> = (value, place) => {
  const [first] = nullable(list(record))(value, place) ?? [];
  return first ? field(first, 'FILEPATH', webAddress, place) : null;
};

/** An address that a browser may open; the portal leaves the protocol out (`//static…`). Anything else is null. */
export const webAddress: Parse<string | null> = (value, place) => {
  if (isAbsent(value)) return null;
  const address = string(value, place).trim();
  const whole = address.startsWith('//') ? `https:${address}` : address;
  return /^https?:\/\//i.test(whole) && URL.canParse(whole) ? whole : null;
};
