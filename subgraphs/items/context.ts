import { batched, type Batched } from '../../kernel/batched.ts';
import { connectionOf, pageSize, positionOf, type Connection, type PageArguments } from '../../kernel/connection.ts';
import type { RequestContext } from '../../kernel/context.ts';
import { ServiceError, toServiceError } from '../../kernel/errors.ts';
import { dateTimeFromMs } from '../../kernel/standards/dateTime.ts';
import { isValidDivisionCode } from '../../kernel/standards/divisionCode.ts';
import { isValidItemCode } from '../../kernel/standards/itemCode.ts';
import { isValidOrganisationCode } from '../../kernel/standards/organisationCode.ts';
import type { Catalogue, ItemCounts, ItemFilter } from './datasource.ts';
import type { ItemPortal } from './upstream.ts';
import type { Duty } from './upstream/duties.ts';
import type { Area } from './upstream/generation.ts';
import type { Fee, Guide, Hall, Material } from './upstream/guide.ts';
import type { ListedItem } from './upstream/list.ts';
import type { Captcha, ProgressAnswer, ProgressQuestion, ProgressStep } from './upstream/progress.ts';

export type ServiceItemModel = ListedItem;
export type MaterialModel = Material;
export type ServiceItemHallModel = Hall;
export type ServiceItemFeeModel = Fee;
export type ServiceItemConnectionModel = Connection<ListedItem>;
export type ServiceItemStatisticsModel = ItemCounts & Pick<Catalogue, 'byDepartment'> & { readonly asOf: string };
export type ServiceItemDepartmentStatisticsModel = Catalogue['byDepartment'][number];
export type ServiceItemAreaModel = Area;
export type ServiceItemDutyModel = Duty;
export type ServiceItemDutyConnectionModel = Connection<Duty>;
export type DivisionModel = { readonly code: string };
export type DepartmentModel = { readonly code: string };
export type PortalCaptchaModel = Captcha;
export type PortalCaseProgressModel = Extract<ProgressAnswer, { kind: 'FOUND' }>;
export type PortalCaseProgressStepModel = ProgressStep;
export type PortalCaseProgressRefusedModel = Extract<ProgressAnswer, { kind: 'CAPTCHA_WRONG' }>;

/** What one request asks the portal. */
export interface Context {
  /** Items by code; all of them out of the one catalogue. */
  readonly items: Batched<string, ListedItem | null>;
  /** Guides by item code. The portal gives one a call; they are kept for a day. */
  readonly guides: Batched<string, Guide | null>;
  /** Materials by id, out of their item's guide. */
  readonly materials: Batched<string, Material | null>;
  /** @throws BAD_USER_INPUT for a code that cannot be. */
  item(code: string): Promise<ListedItem | null>;
  businessItems(code: string): Promise<ListedItem[]>;
  /** @throws BAD_USER_INPUT for a filter or page that cannot be, without asking anybody. */
  search(filter: ItemFilter, page: PageArguments): Promise<Connection<ListedItem>>;
  statistics(): Promise<ServiceItemStatisticsModel>;
  duties(departmentCode: string, page: PageArguments): Promise<Connection<Duty>>;
  areas(): Promise<Area[]>;
  captcha(): Promise<Captcha>;
  /** null when there is no such case. @throws BAD_USER_INPUT */
  progress(question: ProgressQuestion): Promise<PortalCaseProgressModel | PortalCaseProgressRefusedModel | null>;
}

/** Rows of the list that one call can bring; a lookup of any number of codes reads the same pages. */
const CATALOGUE_MAXIMUM = 500;
const GUIDE_MAXIMUM = 1;

export function createContext(request: RequestContext, portal: ItemPortal): Context {
  const guideOrError = (code: string): Promise<Guide | null | Error> => portal.guide(code, request).catch(toServiceError);
  return {
    items: batched({
      max: CATALOGUE_MAXIMUM,
      fetch: async (codes) => {
        if (!codes.some(isValidItemCode)) return codes.map(() => null);
        const catalogue = await portal.catalogue(request);
        return codes.map((code) => catalogue.find(code));
      },
    }),
    guides: batched<string, Guide | null>({ max: GUIDE_MAXIMUM, fetch: (codes) => Promise.all(codes.map(guideOrError)) }),
    materials: batched<string, Material | null>({
      max: GUIDE_MAXIMUM,
      fetch: (ids) => Promise.all(ids.map((id) => materialOf(id, guideOrError))),
    }),
    item: async (code) => {
      require(isValidItemCode(code), 'code', 'an item code of 31 or 33 characters');
      return (await portal.catalogue(request)).find(code);
    },
    businessItems: async (code) => [...(await portal.catalogue(request)).businessItems(code)],
    search: async (filter, page) => {
      requireFilter(filter);
      return pageOf(page, async () => (await portal.catalogue(request)).search(filter));
    },
    statistics: async () => {
      const { counts, byDepartment, readAtMs } = await portal.catalogue(request);
      return { ...counts, byDepartment, asOf: dateTimeFromMs(readAtMs) ?? '' };
    },
    duties: async (departmentCode, page) => {
      require(isValidOrganisationCode(departmentCode), 'code', 'a department code of 9 characters');
      return pageOf(page, () => portal.duties(departmentCode, request));
    },
    areas: async () => [...(await portal.areas(request))],
    captcha: () => portal.captcha(request),
    progress: async (question) => {
      requireProgressQuestion(question);
      const answer = await portal.progress(question, request);
      return answer.kind === 'FOUND' && answer.steps.length === 0 ? null : answer;
    },
  };
}

/** The item code stands before the full stop. */
async function materialOf(id: string, guide: (code: string) => Promise<Guide | null | Error>): Promise<Material | null | Error> {
  const [code = ''] = id.split('.', 1);
  if (!isValidItemCode(code)) return null;
  const found = await guide(code);
  return Error.isError(found) ? found : (found?.materials?.find((material) => material.id === id) ?? null);
}

/** One page; its arguments are looked at before anybody is asked. */
async function pageOf<Node>(page: PageArguments, list: () => Promise<readonly Node[]>): Promise<Connection<Node>> {
  pageSize(page.first);
  if (page.after) positionOf(page.after);
  return connectionOf(await list(), page);
}

function requireFilter({ keyword, departmentCode, divisionCode }: ItemFilter): void {
  require((keyword ?? '').length <= 50, 'keyword', 'at most 50 characters');
  require(!departmentCode || isValidOrganisationCode(departmentCode), 'departmentCode', 'a department code of 9 characters');
  require(!divisionCode || isValidDivisionCode(divisionCode), 'divisionCode', 'a division code of 6, 9 or 12 digits');
}

function requireProgressQuestion({ applicantName, caseNumber, captchaId, captcha }: ProgressQuestion): void {
  require(/^\P{Cc}{1,100}$/u.test(applicantName), 'applicantName', 'a name of at most 100 characters');
  require(/^\d{29,30}$/.test(caseNumber), 'caseNumber', '29 or 30 digits');
  require(/^\w{16,64}$/.test(captchaId), 'captchaId', 'an id that portalCaptcha gave');
  require(/^[0-9A-Za-z]{3,8}$/.test(captcha), 'captcha', '3 to 8 letters or digits');
}

function require(holds: boolean, argument: string, expected: string): void {
  if (!holds) throw new ServiceError('BAD_USER_INPUT', `Argument ${argument} must be ${expected}.`);
}
