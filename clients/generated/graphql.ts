/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';
/** 实名等级，由低到高 | Real-name level, from low to high */
export type AssuranceLevel =
  /** 未实名 | No real-name check */
  | 'L0'
  /** 姓名与证件号码一致 | Name and certificate number matched */
  | 'L1'
  /** 较强的实名核验 | Stronger real-name check */
  | 'L2'
  /** 人脸或证书核验 | Checked by face or certificate */
  | 'L3';

/**
 * 申请人类型。
 * Kind of applicant.
 */
export type CaseApplicantKind =
  /** 企业 | Enterprise */
  | 'ENTERPRISE'
  /** 其他组织 | Other organisation */
  | 'OTHER'
  /** 自然人 | Natural person */
  | 'PERSON';

/**
 * 材料类型。
 * Kind of material.
 */
export type CaseMaterialKind =
  /** 复印件 | Copy */
  | 'COPY'
  /** 电子件 | Electronic */
  | 'ELECTRONIC'
  /** 原件 | Original */
  | 'ORIGINAL';

/**
 * 办结结果。
 * Outcome of a case.
 */
export type CaseOutcome =
  /** 出证办结 | Granted with a certificate */
  | 'CERTIFIED'
  /** 办结 | Completed */
  | 'COMPLETED'
  /** 删除办结 | Deleted */
  | 'DELETED'
  /** 转报办结 | Passed on */
  | 'FORWARDED'
  /** 退回办结 | Returned (not granted) */
  | 'RETURNED'
  /** 补正不来办结 | Closed for want of the supplement */
  | 'SUPPLEMENT_MISSING'
  /** 作废办结 | Voided */
  | 'VOIDED';

/**
 * 案件状态。
 * State of a case.
 */
export type CaseState =
  /** 已受理 | Accepted */
  | 'ACCEPTED'
  /** 结果已领取 | The result was collected */
  | 'COLLECTED'
  /** 已办结（准予、办结或退回，见结果） | Decided: granted, completed or returned, see the decision */
  | 'DECIDED'
  /** 已转报其他部门 | Passed on to another department */
  | 'FORWARDED'
  /** 审批中（承办、审核、批准） | Being handled, checked or approved */
  | 'IN_REVIEW'
  /** 不予受理 | Not accepted */
  | 'NOT_ACCEPTED'
  /** 网上预受理通过 | Accepted provisionally on-line */
  | 'PRE_ACCEPTED'
  /** 已申办 | Handed in */
  | 'SUBMITTED'
  /** 等待补正材料 | Waits for material from the applicant */
  | 'SUPPLEMENT_REQUESTED'
  /** 特别程序中，时限暂停 | In a special procedure; the clock stands */
  | 'SUSPENDED'
  /** 已作废或删除 | Voided or deleted */
  | 'VOID'
  /** 申请人逾期不补正，视为撤回 | Withdrawn: the applicant did not supplement in time */
  | 'WITHDRAWN';

/**
 * 环节类型。
 * Kind of step.
 */
export type CaseStepKind =
  /** 受理或不予受理 | Acceptance or refusal */
  | 'ACCEPTANCE'
  /** 申办 | Application */
  | 'APPLICATION'
  /** 批准 | Approval */
  | 'APPROVAL'
  /** 审核 | Checking */
  | 'CHECKING'
  /** 领取 | Collection of the result */
  | 'COLLECTION'
  /** 办结 | Decision */
  | 'DECISION'
  /** 承办 | Handling */
  | 'HANDLING'
  /** 部门自设的审批环节 | Another stage of review */
  | 'OTHER_REVIEW'
  /** 网上预受理 | Provisional acceptance on-line */
  | 'PRE_ACCEPTANCE'
  /** 特别程序结束 | End of a special procedure */
  | 'PROCEDURE_END'
  /** 特别程序开始 | Start of a special procedure */
  | 'PROCEDURE_START'
  /** 补正告知 | Notice to supplement */
  | 'SUPPLEMENT_NOTICE'
  /** 补正受理 | Receipt of the supplement */
  | 'SUPPLEMENT_RECEIPT';

/**
 * 时限暂停的原因。
 * Why the clock stands.
 */
export type CaseSuspensionReason =
  /** 延长审批（特别程序 A 类） | Extension of the approval (special procedure A) */
  | 'EXTENSION'
  /** 听证、招标、拍卖、现场勘查等法定程序（特别程序 B 类） | Hearing, tender, auction, inspection … (special procedure B) */
  | 'STATUTORY_PROCEDURE'
  /** 等待补正 | Wait for material */
  | 'SUPPLEMENT';

/** 行政区划级别 | Level of a division */
export type DivisionLevel =
  /** 地级 | City (prefecture) */
  | 'CITY'
  /** 社区（居民委员会） | Community with a residents' committee */
  | 'COMMUNITY'
  /** 县级，含市辖区 | County or district */
  | 'DISTRICT'
  /** 省级 | Province */
  | 'PROVINCE'
  /** 乡级，含街道 | Town or sub-district */
  | 'TOWN'
  /** 村（村民委员会） | Village with a villagers' committee */
  | 'VILLAGE';

/** 财政电子票据状态 | State of a fiscal bill */
export type FiscalBillState =
  /** 正常 | Valid */
  | 'VALID'
  /** 已作废 | Void */
  | 'VOID'
  /** 已冲红 | Written off by a reversing bill */
  | 'WRITTEN_OFF';

/** 证照状态 | Status of a licence */
export type LicenceStatus =
  /** 已废止 | Abolished */
  | 'ABOLISHED'
  /** 草案 | Draft */
  | 'DRAFT'
  /** 已签发 | Issued */
  | 'ISSUED'
  /** 已制证，未签发 | Made, not yet issued */
  | 'REGISTERED';

/** 材料形式 | Form of a material */
export type MaterialFormat =
  /** 电子 | Electronic */
  | 'ELECTRONIC'
  /** 纸质 | Paper */
  | 'PAPER'
  /** 纸质或电子 | Either */
  | 'PAPER_OR_ELECTRONIC';

/** 组织类别（GB 32100 登记管理部门与机构类别） | Kinds of organisations (GB 32100, registration authority and class) */
export type OrganizationKind =
  /** 农民专业合作社 | Farmers' cooperative */
  | 'COOPERATIVE'
  /** 企业 | Enterprise */
  | 'ENTERPRISE'
  /** 机关 | Government body */
  | 'GOVERNMENT_BODY'
  /** 个体工商户 | Individual business */
  | 'INDIVIDUAL_BUSINESS'
  /** 其他 | Other */
  | 'OTHER'
  /** 事业单位 | Public institution */
  | 'PUBLIC_INSTITUTION'
  /** 社会团体、民办非企业单位、基金会 | Social organisation, private non-enterprise unit or foundation */
  | 'SOCIAL_ORGANISATION';

/** 在线支付渠道 | Channel of an on-line payment */
export type PaymentChannel =
  /** 支付宝 | Alipay */
  | 'ALIPAY'
  /** 银联 | UnionPay */
  | 'UNIONPAY'
  /** 微信支付 | WeChat Pay */
  | 'WECHAT';

/** 币种 | Currency */
export type PaymentCurrency =
  /** 人民币 | Chinese yuan; amounts are in fen */
  'CNY';

/** 缴款通知书的状态 | State of a payment notice */
export type PaymentNoticeState =
  /** 已缴款并已开票 | Paid, and its fiscal bill is issued */
  | 'BILLED'
  /** 已开单，待缴款 | Issued and not yet paid */
  | 'ISSUED'
  /** 过期 | Overdue */
  | 'OVERDUE'
  /** 已缴款，线上或在银行柜台 | Paid, on-line or at a bank counter */
  | 'PAID'
  /** 已退付 | Paid back */
  | 'REFUNDED'
  /** 作废 | Void */
  | 'VOID';

/** 不能支付或开票的原因 | Why something cannot be paid or billed */
export type PaymentRefusal =
  /** 已通过其他渠道开立支付且尚未完结，请以原渠道继续，或待其失效后换新的幂等键 | A payment by another channel is unfinished; go on with that channel, or wait for its end and take a new key */
  | 'ALREADY_OPEN'
  /** 已缴款 | Already paid */
  | 'ALREADY_PAID'
  /** 没有此通知书，或调用者无权查看 | No such notice for this caller */
  | 'NOT_FOUND'
  /** 尚未缴款 | Not yet paid */
  | 'NOT_PAID'
  /** 通知书已过期 | The notice is overdue */
  | 'OVERDUE'
  /** 已退付 | Already paid back, or being paid back */
  | 'REFUNDED'
  /** 通知书已作废 | The notice is void */
  | 'VOID';

/** 支付订单的状态，只向前推进 | State of a payment; it only moves forward */
export type PaymentState =
  /** 已关闭，未支付（超时，或通知书已由其他方式缴清） | Closed without payment: out of time, or the notice was paid another way */
  | 'CLOSED'
  /** 已登记，尚未取得收银台 | Recorded; the cashier is not yet known */
  | 'CREATED'
  /** 待支付 | Open: the cashier waits */
  | 'OPEN'
  /** 已支付 | Paid */
  | 'PAID'
  /** 支付中，等待渠道确认 | The channel is at work */
  | 'PAYING'
  /** 已退付 | Paid back */
  | 'REFUNDED'
  /** 退付中 | Being paid back */
  | 'REFUNDING';

/** 身份证件类型 | Types of personal certificates */
export type PersonCertificateType =
  /** 外国人永久居留身份证 | Permanent residence card of a foreigner */
  | 'FOREIGN_PERMANENT_RESIDENT_ID'
  /** 港澳居民来往内地通行证 | Permit of Hong Kong and Macao residents */
  | 'HK_MACAO_PERMIT'
  /** 护照 | Passport */
  | 'PASSPORT'
  /** 居民身份证，含港澳台居民居住证 | Resident identity card, residence permits of Hong Kong, Macao and Taiwan residents included */
  | 'RESIDENT_ID'
  /** 台湾居民来往大陆通行证 | Permit of Taiwan residents */
  | 'TAIWAN_PERMIT';

/** 印章状态 | Status of a seal */
export type SealStatus =
  /** 已注销 | Cancelled */
  | 'CANCELLED'
  /** 已过期 | Expired */
  | 'EXPIRED'
  /** 冻结或挂失 | Frozen, or reported lost */
  | 'FROZEN'
  /** 正常 | In force */
  | 'IN_FORCE';

/** 印章类型，依据政务服务平台电子印章标准 | Kinds of seals by the standard of the government service platform */
export type SealType =
  /** 合同专用章 | Contract seal */
  | 'CONTRACT'
  /** 财务专用章 | Finance seal */
  | 'FINANCE'
  /** 发票专用章 | Invoice seal */
  | 'INVOICE'
  /** 法定名称章 | Seal of the legal name */
  | 'LEGAL_NAME'
  /** 其他 | Other */
  | 'OTHER'
  /** 电子名章 | Seal of a person's name */
  | 'PERSONAL_NAME';

/** 时限单位 | Unit of a time limit */
export type ServiceItemDayUnit =
  /** 自然日 | Calendar day */
  | 'CALENDAR_DAY'
  /** 工作日 | Working day */
  | 'WORKING_DAY';

/** 行使层级，编码第 19 位 | Level of government that exercises the item, character 19 of its code */
export type ServiceItemLevel =
  /** 市级 | City */
  | 'CITY'
  /** 县级（区） | County or district */
  | 'COUNTY'
  /** 省级 | Province */
  | 'PROVINCE'
  /** 国家级 | State */
  | 'STATE'
  /** 镇（乡、街道）级 | Town or street */
  | 'TOWN'
  /** 村（社区）级 | Village or community */
  | 'VILLAGE';

/** 办件类型 | How an item is decided */
export type ServiceItemProjectType =
  /** 即办件 | While the applicant waits */
  | 'IMMEDIATE'
  /** 承诺件 | Within a promised time */
  | 'PROMISED';

/** 服务对象 | Whom an item is for */
export type ServiceItemTarget =
  /** 法人和其他组织 | Legal persons and other organisations */
  | 'LEGAL_PERSON'
  /** 自然人 | Natural persons */
  | 'PERSON';

/** 事项类型，编码第 22、23 位 | Type of a service item, characters 22 and 23 of its code */
export type ServiceItemType =
  /** 行政裁决 | Adjudication */
  | 'ADJUDICATION'
  /** 行政给付 | Benefit */
  | 'BENEFIT'
  /** 行政强制 | Administrative coercion */
  | 'COERCION'
  /** 行政确认 | Confirmation */
  | 'CONFIRMATION'
  /** 行政检查 | Inspection */
  | 'INSPECTION'
  /** 行政征收 | Administrative levy */
  | 'LEVY'
  /** 行政许可 | Administrative licence */
  | 'LICENCE'
  /** 其他行政权力 | Other administrative power */
  | 'OTHER_POWER'
  /** 行政处罚 | Administrative penalty */
  | 'PENALTY'
  /** 公共服务 | Public service */
  | 'PUBLIC_SERVICE'
  /** 行政奖励 | Reward */
  | 'REWARD';

/** 不予受理的原因 | Why a signature is refused */
export type SignatureRefusalReason =
  /** 单位未授权平台使用印章，或实名等级不足 | The organisation has not allowed the platform to use its seals, or the person's assurance does not suffice there */
  | 'NOT_AUTHORIZED'
  /** 印章已注销 | The seal is cancelled */
  | 'SEAL_CANCELLED'
  /** 印章不在有效期内 | The seal is not within its validity */
  | 'SEAL_EXPIRED'
  /** 印章已冻结或挂失 | The seal is frozen or lost */
  | 'SEAL_FROZEN'
  /** 没有这枚印章，或不是本单位、本部门的印章 | There is no such seal, or it is not of the caller's own organisation or department */
  | 'SEAL_UNKNOWN'
  /** 印章系统因当前状态不受理 | The seal system refuses because of the present state */
  | 'STATE_CONFLICT';

/** 签章任务的状态 | States of a signing request */
export type SigningState =
  /** 失败，包括逾期未确认 | Failed, also when nobody confirmed in time */
  | 'FAILED'
  /** 待授权，或正在签章 | Waits for authorisation, or is being signed */
  | 'PENDING_AUTHORIZATION'
  /** 被拒绝 | Refused by who had to confirm */
  | 'REJECTED'
  /** 已签 | Signed */
  | 'SIGNED';

export type FiscalBillMutationVariables = Exact<{
  noticeNumber: string;
  idempotencyKey: string;
}>;

export type FiscalBillMutation = {
  issueFiscalBill:
    | { __typename: 'FiscalBillRefused'; reason: PaymentRefusal; message: string }
    | {
        __typename: 'IssuedFiscalBill';
        bill: {
          id: string;
          batchCode: string;
          number: string;
          checkCode: string;
          amount: number;
          issuedAt: string;
          pictureUrl: string | null;
          status: { state: FiscalBillState } | null;
          notice: { noticeNumber: string; state: PaymentNoticeState } | null;
        };
      }
    | null;
};

export type FollowCaseQueryVariables = Exact<{
  id: string;
}>;

export type FollowCaseQuery = {
  case: {
    id: string;
    itemName: string | null;
    state: CaseState;
    submittedAt: string | null;
    departmentName: string | null;
    item: { code: string; name: string } | null;
    applicant: { kind: CaseApplicantKind; name: string | null } | null;
    steps: Array<{ kind: CaseStepKind; name: string; departmentName: string | null; note: string | null; at: string | null }>;
    materials: Array<{ name: string | null; kind: CaseMaterialKind | null; electronic: boolean | null; copies: number | null }>;
    clock: {
      promisedWorkingDays: number | null;
      startedOn: string;
      dueOn: string | null;
      elapsedWorkingDays: number | null;
      remainingWorkingDays: number | null;
      overdue: boolean | null;
      suspended: boolean;
      suspensions: Array<{ reason: CaseSuspensionReason; from: string | null; to: string | null; open: boolean }>;
    } | null;
    decision: { outcome: CaseOutcome; certificateName: string | null; fee: number | null; at: string | null } | null;
    paymentNotices: { nodes: Array<{ noticeNumber: string; state: PaymentNoticeState; amount: number }> } | null;
    licencesUsed: Array<{ presentedAt: string; licence: { code: string; name: string } | null }> | null;
  } | null;
};

export type HandleCaseQueryVariables = Exact<{
  id: string;
  item: string;
}>;

export type HandleCaseQuery = {
  case: {
    id: string;
    itemName: string | null;
    state: CaseState;
    submittedAt: string | null;
    applicant: { kind: CaseApplicantKind; name: string | null } | null;
    steps: Array<{
      kind: CaseStepKind;
      name: string;
      departmentName: string | null;
      officer: string | null;
      opinion: string | null;
      note: string | null;
      at: string | null;
    }>;
    materials: Array<{ name: string | null; kind: CaseMaterialKind | null; electronic: boolean | null }>;
    clock: { dueOn: string | null; remainingWorkingDays: number | null; overdue: boolean | null; suspended: boolean } | null;
  } | null;
};

export type ItemGuideQueryVariables = Exact<{
  code: string;
}>;

export type ItemGuideQuery = {
  serviceItem: {
    code: string;
    name: string;
    level: ServiceItemLevel;
    type: ServiceItemType;
    targets: Array<ServiceItemTarget>;
    projectType: ServiceItemProjectType;
    online: boolean;
    once: boolean;
    immediate: boolean;
    nearby: boolean;
    visits: number | null;
    legalDays: number | null;
    promiseDays: number | null;
    promiseDaysUnit: ServiceItemDayUnit | null;
    conditions: string | null;
    process: string | null;
    hours: string | null;
    consultationPhones: Array<string> | null;
    department: { code: string; name: string };
    halls: Array<{ name: string | null; address: string }> | null;
    fees: Array<{ name: string; standard: string | null; reducible: boolean }> | null;
    materials: Array<{
      id: string;
      name: string;
      required: boolean;
      copies: number | null;
      format: MaterialFormat | null;
      noSubmission: boolean;
      exampleUrl: string | null;
      licenceType: {
        code: string;
        name: string;
        held: Array<{ code: string; maskedNumber: string | null; validUntil: string | null; expired: boolean }> | null;
      } | null;
    }> | null;
  } | null;
};

export type MyOrganizationQueryVariables = Exact<{
  licences?: number | null | undefined;
  cases?: number | null | undefined;
  notices?: number | null | undefined;
}>;

export type MyOrganizationQuery = {
  me: {
    name: string | null;
    actingFor: {
      uscc: string;
      name: string | null;
      kind: OrganizationKind | null;
      division: { code: string; name: string } | null;
      licences: {
        totalCount: number;
        nodes: Array<{
          code: string;
          name: string;
          identifier: string | null;
          validUntil: string | null;
          indefinite: boolean;
          expired: boolean;
        }>;
      } | null;
      seals: {
        totalCount: number;
        nodes: Array<{ id: string; name: string; type: SealType; status: SealStatus; validUntil: string }>;
      } | null;
      cases: {
        totalCount: number;
        nodes: Array<{ id: string; itemName: string | null; state: CaseState; clock: { suspended: boolean } | null } | null>;
      } | null;
      paymentNotices: {
        totalCount: number;
        nodes: Array<{ noticeNumber: string; amount: number; expiresOn: string | null }>;
      } | null;
    } | null;
  } | null;
};

export type MyPageQueryVariables = Exact<{
  licences?: number | null | undefined;
  cases?: number | null | undefined;
  notices?: number | null | undefined;
}>;

export type MyPageQuery = {
  me: {
    name: string | null;
    assurance: AssuranceLevel | null;
    maskedMobile: string | null;
    certificate: { type: PersonCertificateType; maskedNumber: string } | null;
    division: { code: string; name: string; path: Array<{ name: string }> } | null;
    licences: {
      totalCount: number;
      nodes: Array<{
        code: string;
        name: string;
        maskedNumber: string | null;
        status: LicenceStatus;
        validUntil: string | null;
        indefinite: boolean;
        expired: boolean;
        type: { code: string; name: string };
        holders: Array<{ name: string }>;
        issuer: { name: string | null };
      }>;
      pageInfo: { hasNextPage: boolean; endCursor: string | null };
    } | null;
    cases: {
      totalCount: number;
      nodes: Array<{
        id: string;
        itemName: string | null;
        state: CaseState;
        submittedAt: string | null;
        item: { code: string; name: string } | null;
        clock: { dueOn: string | null; remainingWorkingDays: number | null; suspended: boolean } | null;
      } | null>;
    } | null;
    paymentNotices: {
      totalCount: number;
      nodes: Array<{
        noticeNumber: string;
        amount: number;
        currency: PaymentCurrency;
        expiresOn: string | null;
        items: Array<{ name: string; amount: number }>;
        case: { id: string } | null;
      }>;
    } | null;
    actingFor: { uscc: string; name: string | null } | null;
  } | null;
};

export type PayNoticeMutationVariables = Exact<{
  noticeNumber: string;
  channel: PaymentChannel;
  returnUrl: string;
  idempotencyKey: string;
}>;

export type PayNoticeMutation = {
  createPayment:
    | {
        __typename: 'OpenedPayment';
        cashierUrl: string;
        expiresAt: string;
        payment: {
          id: string;
          state: PaymentState;
          amount: number;
          notice: { noticeNumber: string; state: PaymentNoticeState } | null;
        };
      }
    | { __typename: 'PaymentRefused'; reason: PaymentRefusal; message: string }
    | null;
};

export type PaymentStateQueryVariables = Exact<{
  id: string;
}>;

export type PaymentStateQuery = {
  payment: {
    id: string;
    state: PaymentState;
    channel: PaymentChannel;
    amount: number;
    paidAt: string | null;
    notice: {
      noticeNumber: string;
      state: PaymentNoticeState;
      agencyName: string;
      case: { id: string; itemName: string | null; state: CaseState } | null;
    } | null;
  } | null;
};

export type SignDocumentMutationVariables = Exact<{
  sealId: string;
  fileName: string;
  fileDigestSm3: string;
  idempotencyKey: string;
  itemCode: string;
  caseNumber: string;
}>;

export type SignDocumentMutation = {
  requestSignature:
    | { __typename: 'SignatureRefused'; reason: SignatureRefusalReason; message: string }
    | {
        __typename: 'SigningRequest';
        id: string;
        state: SigningState;
        fileDigestSm3: string;
        createdAt: string;
        signedAt: string | null;
        authorizationUrl: string | null;
        seal: { id: string; name: string; organization: { uscc: string; name: string | null } } | null;
        verification: {
          valid: boolean;
          signatures: Array<{
            signerName: string | null;
            sealName: string | null;
            signedAt: string | null;
            digestOk: boolean;
            signatureOk: boolean;
            certificateOk: boolean;
            sealOk: boolean;
          }>;
        } | null;
      }
    | null;
};

export type SigningFragment = {
  id: string;
  state: SigningState;
  fileDigestSm3: string;
  createdAt: string;
  signedAt: string | null;
  authorizationUrl: string | null;
  seal: { id: string; name: string; organization: { uscc: string; name: string | null } } | null;
  verification: {
    valid: boolean;
    signatures: Array<{
      signerName: string | null;
      sealName: string | null;
      signedAt: string | null;
      digestOk: boolean;
      signatureOk: boolean;
      certificateOk: boolean;
      sealOk: boolean;
    }>;
  } | null;
};

export type SigningStateQueryVariables = Exact<{
  id: string;
}>;

export type SigningStateQuery = {
  signingRequest: {
    id: string;
    state: SigningState;
    authorizationUrl: string | null;
    signedAt: string | null;
    verification: {
      valid: boolean;
      signatures: Array<{
        signerName: string | null;
        sealName: string | null;
        signedAt: string | null;
        digestOk: boolean;
        signatureOk: boolean;
        certificateOk: boolean;
        sealOk: boolean;
        withinValidity: boolean;
      }>;
    } | null;
  } | null;
};

export type WhereIsQueryVariables = Exact<{
  address: string;
  items?: number | null | undefined;
}>;

export type WhereIsQuery = {
  geocode: {
    formattedAddress: string;
    location: { lon: number; lat: number };
    community: {
      code: string;
      name: string;
      level: DivisionLevel;
      path: Array<{ code: string; name: string; englishName: string | null; level: DivisionLevel }>;
      serviceItems: { totalCount: number; nodes: Array<{ code: string; name: string; department: { name: string } }> } | null;
    } | null;
  } | null;
};

export type WhoLookedAtMeQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;

export type WhoLookedAtMeQuery = {
  me: {
    accessRecords: {
      totalCount: number;
      nodes: Array<{
        id: string;
        at: string | null;
        event: string;
        legalBasis: string | null;
        itemCode: string | null;
        caseNumber: string | null;
        systems: Array<string>;
        operationName: string | null;
        requestId: string | null;
        actor: {
          isSelf: boolean;
          departmentCode: string | null;
          kind: { code: string; zh: string; en: string };
          department: { code: string; name: string } | null;
          onBehalfOf: { uscc: string; name: string | null } | null;
        } | null;
        purpose: { code: string; zh: string; en: string } | null;
        shown: { codes: Array<string>; zh: Array<string>; en: Array<string> };
        masked: { codes: Array<string>; zh: Array<string>; en: Array<string> };
        denied: { codes: Array<string>; zh: Array<string>; en: Array<string> };
        proof: {
          leafIndex: string;
          treeSize: string;
          auditPath: Array<string>;
          salt: string;
          entry: string;
          checkpoint: string;
          keys: Array<string>;
        } | null;
      }>;
      pageInfo: { hasNextPage: boolean; endCursor: string | null };
    } | null;
  } | null;
};

export const SigningFragmentDoc = {
  kind: 'Document',
  definitions: [
    {
      kind: 'FragmentDefinition',
      name: { kind: 'Name', value: 'Signing' },
      typeCondition: { kind: 'NamedType', name: { kind: 'Name', value: 'SigningRequest' } },
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          { kind: 'Field', name: { kind: 'Name', value: 'id' } },
          { kind: 'Field', name: { kind: 'Name', value: 'state' } },
          { kind: 'Field', name: { kind: 'Name', value: 'fileDigestSm3' } },
          { kind: 'Field', name: { kind: 'Name', value: 'createdAt' } },
          { kind: 'Field', name: { kind: 'Name', value: 'signedAt' } },
          { kind: 'Field', name: { kind: 'Name', value: 'authorizationUrl' } },
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'seal' },
            selectionSet: {
              kind: 'SelectionSet',
              selections: [
                { kind: 'Field', name: { kind: 'Name', value: 'id' } },
                { kind: 'Field', name: { kind: 'Name', value: 'name' } },
                {
                  kind: 'Field',
                  name: { kind: 'Name', value: 'organization' },
                  selectionSet: {
                    kind: 'SelectionSet',
                    selections: [
                      { kind: 'Field', name: { kind: 'Name', value: 'uscc' } },
                      { kind: 'Field', name: { kind: 'Name', value: 'name' } },
                    ],
                  },
                },
              ],
            },
          },
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'verification' },
            selectionSet: {
              kind: 'SelectionSet',
              selections: [
                { kind: 'Field', name: { kind: 'Name', value: 'valid' } },
                {
                  kind: 'Field',
                  name: { kind: 'Name', value: 'signatures' },
                  selectionSet: {
                    kind: 'SelectionSet',
                    selections: [
                      { kind: 'Field', name: { kind: 'Name', value: 'signerName' } },
                      { kind: 'Field', name: { kind: 'Name', value: 'sealName' } },
                      { kind: 'Field', name: { kind: 'Name', value: 'signedAt' } },
                      { kind: 'Field', name: { kind: 'Name', value: 'digestOk' } },
                      { kind: 'Field', name: { kind: 'Name', value: 'signatureOk' } },
                      { kind: 'Field', name: { kind: 'Name', value: 'certificateOk' } },
                      { kind: 'Field', name: { kind: 'Name', value: 'sealOk' } },
                    ],
                  },
                },
              ],
            },
          },
        ],
      },
    },
  ],
} as unknown as DocumentNode<SigningFragment, unknown>;
export const FiscalBillDocument = {
  kind: 'Document',
  definitions: [
    {
      kind: 'OperationDefinition',
      operation: 'mutation',
      name: { kind: 'Name', value: 'FiscalBill' },
      variableDefinitions: [
        {
          kind: 'VariableDefinition',
          variable: { kind: 'Variable', name: { kind: 'Name', value: 'noticeNumber' } },
          type: { kind: 'NonNullType', type: { kind: 'NamedType', name: { kind: 'Name', value: 'String' } } },
        },
        {
          kind: 'VariableDefinition',
          variable: { kind: 'Variable', name: { kind: 'Name', value: 'idempotencyKey' } },
          type: { kind: 'NonNullType', type: { kind: 'NamedType', name: { kind: 'Name', value: 'ID' } } },
        },
      ],
      directives: [
        {
          kind: 'Directive',
          name: { kind: 'Name', value: 'purpose' },
          arguments: [
            {
              kind: 'Argument',
              name: { kind: 'Name', value: 'code' },
              value: { kind: 'StringValue', value: 'payment', block: false },
            },
          ],
        },
      ],
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'issueFiscalBill' },
            arguments: [
              {
                kind: 'Argument',
                name: { kind: 'Name', value: 'input' },
                value: {
                  kind: 'ObjectValue',
                  fields: [
                    {
                      kind: 'ObjectField',
                      name: { kind: 'Name', value: 'noticeNumber' },
                      value: { kind: 'Variable', name: { kind: 'Name', value: 'noticeNumber' } },
                    },
                    {
                      kind: 'ObjectField',
                      name: { kind: 'Name', value: 'idempotencyKey' },
                      value: { kind: 'Variable', name: { kind: 'Name', value: 'idempotencyKey' } },
                    },
                  ],
                },
              },
            ],
            selectionSet: {
              kind: 'SelectionSet',
              selections: [
                { kind: 'Field', name: { kind: 'Name', value: '__typename' } },
                {
                  kind: 'InlineFragment',
                  typeCondition: { kind: 'NamedType', name: { kind: 'Name', value: 'IssuedFiscalBill' } },
                  selectionSet: {
                    kind: 'SelectionSet',
                    selections: [
                      {
                        kind: 'Field',
                        name: { kind: 'Name', value: 'bill' },
                        selectionSet: {
                          kind: 'SelectionSet',
                          selections: [
                            { kind: 'Field', name: { kind: 'Name', value: 'id' } },
                            { kind: 'Field', name: { kind: 'Name', value: 'batchCode' } },
                            { kind: 'Field', name: { kind: 'Name', value: 'number' } },
                            { kind: 'Field', name: { kind: 'Name', value: 'checkCode' } },
                            { kind: 'Field', name: { kind: 'Name', value: 'amount' } },
                            { kind: 'Field', name: { kind: 'Name', value: 'issuedAt' } },
                            { kind: 'Field', name: { kind: 'Name', value: 'pictureUrl' } },
                            {
                              kind: 'Field',
                              name: { kind: 'Name', value: 'status' },
                              selectionSet: {
                                kind: 'SelectionSet',
                                selections: [{ kind: 'Field', name: { kind: 'Name', value: 'state' } }],
                              },
                            },
                            {
                              kind: 'Field',
                              name: { kind: 'Name', value: 'notice' },
                              selectionSet: {
                                kind: 'SelectionSet',
                                selections: [
                                  { kind: 'Field', name: { kind: 'Name', value: 'noticeNumber' } },
                                  { kind: 'Field', name: { kind: 'Name', value: 'state' } },
                                ],
                              },
                            },
                          ],
                        },
                      },
                    ],
                  },
                },
                {
                  kind: 'InlineFragment',
                  typeCondition: { kind: 'NamedType', name: { kind: 'Name', value: 'FiscalBillRefused' } },
                  selectionSet: {
                    kind: 'SelectionSet',
                    selections: [
                      { kind: 'Field', name: { kind: 'Name', value: 'reason' } },
                      { kind: 'Field', name: { kind: 'Name', value: 'message' } },
                    ],
                  },
                },
              ],
            },
          },
        ],
      },
    },
  ],
} as unknown as DocumentNode<FiscalBillMutation, FiscalBillMutationVariables>;
export const FollowCaseDocument = {
  kind: 'Document',
  definitions: [
    {
      kind: 'OperationDefinition',
      operation: 'query',
      name: { kind: 'Name', value: 'FollowCase' },
      variableDefinitions: [
        {
          kind: 'VariableDefinition',
          variable: { kind: 'Variable', name: { kind: 'Name', value: 'id' } },
          type: { kind: 'NonNullType', type: { kind: 'NamedType', name: { kind: 'Name', value: 'ID' } } },
        },
      ],
      directives: [
        {
          kind: 'Directive',
          name: { kind: 'Name', value: 'purpose' },
          arguments: [
            {
              kind: 'Argument',
              name: { kind: 'Name', value: 'code' },
              value: { kind: 'StringValue', value: 'own-records', block: false },
            },
            {
              kind: 'Argument',
              name: { kind: 'Name', value: 'caseNumber' },
              value: { kind: 'Variable', name: { kind: 'Name', value: 'id' } },
            },
          ],
        },
      ],
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'case' },
            arguments: [
              {
                kind: 'Argument',
                name: { kind: 'Name', value: 'id' },
                value: { kind: 'Variable', name: { kind: 'Name', value: 'id' } },
              },
            ],
            selectionSet: {
              kind: 'SelectionSet',
              selections: [
                { kind: 'Field', name: { kind: 'Name', value: 'id' } },
                { kind: 'Field', name: { kind: 'Name', value: 'itemName' } },
                {
                  kind: 'Field',
                  name: { kind: 'Name', value: 'item' },
                  selectionSet: {
                    kind: 'SelectionSet',
                    selections: [
                      { kind: 'Field', name: { kind: 'Name', value: 'code' } },
                      { kind: 'Field', name: { kind: 'Name', value: 'name' } },
                    ],
                  },
                },
                {
                  kind: 'Field',
                  name: { kind: 'Name', value: 'applicant' },
                  selectionSet: {
                    kind: 'SelectionSet',
                    selections: [
                      { kind: 'Field', name: { kind: 'Name', value: 'kind' } },
                      { kind: 'Field', name: { kind: 'Name', value: 'name' } },
                    ],
                  },
                },
                { kind: 'Field', name: { kind: 'Name', value: 'state' } },
                { kind: 'Field', name: { kind: 'Name', value: 'submittedAt' } },
                { kind: 'Field', name: { kind: 'Name', value: 'departmentName' } },
                {
                  kind: 'Field',
                  name: { kind: 'Name', value: 'steps' },
                  selectionSet: {
                    kind: 'SelectionSet',
                    selections: [
                      { kind: 'Field', name: { kind: 'Name', value: 'kind' } },
                      { kind: 'Field', name: { kind: 'Name', value: 'name' } },
                      { kind: 'Field', name: { kind: 'Name', value: 'departmentName' } },
                      { kind: 'Field', name: { kind: 'Name', value: 'note' } },
                      { kind: 'Field', name: { kind: 'Name', value: 'at' } },
                    ],
                  },
                },
                {
                  kind: 'Field',
                  name: { kind: 'Name', value: 'materials' },
                  selectionSet: {
                    kind: 'SelectionSet',
                    selections: [
                      { kind: 'Field', name: { kind: 'Name', value: 'name' } },
                      { kind: 'Field', name: { kind: 'Name', value: 'kind' } },
                      { kind: 'Field', name: { kind: 'Name', value: 'electronic' } },
                      { kind: 'Field', name: { kind: 'Name', value: 'copies' } },
                    ],
                  },
                },
                {
                  kind: 'Field',
                  name: { kind: 'Name', value: 'clock' },
                  selectionSet: {
                    kind: 'SelectionSet',
                    selections: [
                      { kind: 'Field', name: { kind: 'Name', value: 'promisedWorkingDays' } },
                      { kind: 'Field', name: { kind: 'Name', value: 'startedOn' } },
                      { kind: 'Field', name: { kind: 'Name', value: 'dueOn' } },
                      { kind: 'Field', name: { kind: 'Name', value: 'elapsedWorkingDays' } },
                      { kind: 'Field', name: { kind: 'Name', value: 'remainingWorkingDays' } },
                      { kind: 'Field', name: { kind: 'Name', value: 'overdue' } },
                      { kind: 'Field', name: { kind: 'Name', value: 'suspended' } },
                      {
                        kind: 'Field',
                        name: { kind: 'Name', value: 'suspensions' },
                        selectionSet: {
                          kind: 'SelectionSet',
                          selections: [
                            { kind: 'Field', name: { kind: 'Name', value: 'reason' } },
                            { kind: 'Field', name: { kind: 'Name', value: 'from' } },
                            { kind: 'Field', name: { kind: 'Name', value: 'to' } },
                            { kind: 'Field', name: { kind: 'Name', value: 'open' } },
                          ],
                        },
                      },
                    ],
                  },
                },
                {
                  kind: 'Field',
                  name: { kind: 'Name', value: 'decision' },
                  selectionSet: {
                    kind: 'SelectionSet',
                    selections: [
                      { kind: 'Field', name: { kind: 'Name', value: 'outcome' } },
                      { kind: 'Field', name: { kind: 'Name', value: 'certificateName' } },
                      { kind: 'Field', name: { kind: 'Name', value: 'fee' } },
                      { kind: 'Field', name: { kind: 'Name', value: 'at' } },
                    ],
                  },
                },
                {
                  kind: 'Field',
                  name: { kind: 'Name', value: 'paymentNotices' },
                  arguments: [
                    { kind: 'Argument', name: { kind: 'Name', value: 'first' }, value: { kind: 'IntValue', value: '10' } },
                  ],
                  selectionSet: {
                    kind: 'SelectionSet',
                    selections: [
                      {
                        kind: 'Field',
                        name: { kind: 'Name', value: 'nodes' },
                        selectionSet: {
                          kind: 'SelectionSet',
                          selections: [
                            { kind: 'Field', name: { kind: 'Name', value: 'noticeNumber' } },
                            { kind: 'Field', name: { kind: 'Name', value: 'state' } },
                            { kind: 'Field', name: { kind: 'Name', value: 'amount' } },
                          ],
                        },
                      },
                    ],
                  },
                },
                {
                  kind: 'Field',
                  name: { kind: 'Name', value: 'licencesUsed' },
                  selectionSet: {
                    kind: 'SelectionSet',
                    selections: [
                      { kind: 'Field', name: { kind: 'Name', value: 'presentedAt' } },
                      {
                        kind: 'Field',
                        name: { kind: 'Name', value: 'licence' },
                        selectionSet: {
                          kind: 'SelectionSet',
                          selections: [
                            { kind: 'Field', name: { kind: 'Name', value: 'code' } },
                            { kind: 'Field', name: { kind: 'Name', value: 'name' } },
                          ],
                        },
                      },
                    ],
                  },
                },
              ],
            },
          },
        ],
      },
    },
  ],
} as unknown as DocumentNode<FollowCaseQuery, FollowCaseQueryVariables>;
export const HandleCaseDocument = {
  kind: 'Document',
  definitions: [
    {
      kind: 'OperationDefinition',
      operation: 'query',
      name: { kind: 'Name', value: 'HandleCase' },
      variableDefinitions: [
        {
          kind: 'VariableDefinition',
          variable: { kind: 'Variable', name: { kind: 'Name', value: 'id' } },
          type: { kind: 'NonNullType', type: { kind: 'NamedType', name: { kind: 'Name', value: 'ID' } } },
        },
        {
          kind: 'VariableDefinition',
          variable: { kind: 'Variable', name: { kind: 'Name', value: 'item' } },
          type: { kind: 'NonNullType', type: { kind: 'NamedType', name: { kind: 'Name', value: 'ID' } } },
        },
      ],
      directives: [
        {
          kind: 'Directive',
          name: { kind: 'Name', value: 'purpose' },
          arguments: [
            {
              kind: 'Argument',
              name: { kind: 'Name', value: 'code' },
              value: { kind: 'StringValue', value: 'case-handling', block: false },
            },
            {
              kind: 'Argument',
              name: { kind: 'Name', value: 'itemCode' },
              value: { kind: 'Variable', name: { kind: 'Name', value: 'item' } },
            },
            {
              kind: 'Argument',
              name: { kind: 'Name', value: 'caseNumber' },
              value: { kind: 'Variable', name: { kind: 'Name', value: 'id' } },
            },
          ],
        },
      ],
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'case' },
            arguments: [
              {
                kind: 'Argument',
                name: { kind: 'Name', value: 'id' },
                value: { kind: 'Variable', name: { kind: 'Name', value: 'id' } },
              },
            ],
            selectionSet: {
              kind: 'SelectionSet',
              selections: [
                { kind: 'Field', name: { kind: 'Name', value: 'id' } },
                { kind: 'Field', name: { kind: 'Name', value: 'itemName' } },
                {
                  kind: 'Field',
                  name: { kind: 'Name', value: 'applicant' },
                  selectionSet: {
                    kind: 'SelectionSet',
                    selections: [
                      { kind: 'Field', name: { kind: 'Name', value: 'kind' } },
                      { kind: 'Field', name: { kind: 'Name', value: 'name' } },
                    ],
                  },
                },
                { kind: 'Field', name: { kind: 'Name', value: 'state' } },
                { kind: 'Field', name: { kind: 'Name', value: 'submittedAt' } },
                {
                  kind: 'Field',
                  name: { kind: 'Name', value: 'steps' },
                  selectionSet: {
                    kind: 'SelectionSet',
                    selections: [
                      { kind: 'Field', name: { kind: 'Name', value: 'kind' } },
                      { kind: 'Field', name: { kind: 'Name', value: 'name' } },
                      { kind: 'Field', name: { kind: 'Name', value: 'departmentName' } },
                      { kind: 'Field', name: { kind: 'Name', value: 'officer' } },
                      { kind: 'Field', name: { kind: 'Name', value: 'opinion' } },
                      { kind: 'Field', name: { kind: 'Name', value: 'note' } },
                      { kind: 'Field', name: { kind: 'Name', value: 'at' } },
                    ],
                  },
                },
                {
                  kind: 'Field',
                  name: { kind: 'Name', value: 'materials' },
                  selectionSet: {
                    kind: 'SelectionSet',
                    selections: [
                      { kind: 'Field', name: { kind: 'Name', value: 'name' } },
                      { kind: 'Field', name: { kind: 'Name', value: 'kind' } },
                      { kind: 'Field', name: { kind: 'Name', value: 'electronic' } },
                    ],
                  },
                },
                {
                  kind: 'Field',
                  name: { kind: 'Name', value: 'clock' },
                  selectionSet: {
                    kind: 'SelectionSet',
                    selections: [
                      { kind: 'Field', name: { kind: 'Name', value: 'dueOn' } },
                      { kind: 'Field', name: { kind: 'Name', value: 'remainingWorkingDays' } },
                      { kind: 'Field', name: { kind: 'Name', value: 'overdue' } },
                      { kind: 'Field', name: { kind: 'Name', value: 'suspended' } },
                    ],
                  },
                },
              ],
            },
          },
        ],
      },
    },
  ],
} as unknown as DocumentNode<HandleCaseQuery, HandleCaseQueryVariables>;
export const ItemGuideDocument = {
  kind: 'Document',
  definitions: [
    {
      kind: 'OperationDefinition',
      operation: 'query',
      name: { kind: 'Name', value: 'ItemGuide' },
      variableDefinitions: [
        {
          kind: 'VariableDefinition',
          variable: { kind: 'Variable', name: { kind: 'Name', value: 'code' } },
          type: { kind: 'NonNullType', type: { kind: 'NamedType', name: { kind: 'Name', value: 'ID' } } },
        },
      ],
      directives: [
        {
          kind: 'Directive',
          name: { kind: 'Name', value: 'purpose' },
          arguments: [
            {
              kind: 'Argument',
              name: { kind: 'Name', value: 'code' },
              value: { kind: 'StringValue', value: 'application', block: false },
            },
            {
              kind: 'Argument',
              name: { kind: 'Name', value: 'itemCode' },
              value: { kind: 'Variable', name: { kind: 'Name', value: 'code' } },
            },
          ],
        },
      ],
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'serviceItem' },
            arguments: [
              {
                kind: 'Argument',
                name: { kind: 'Name', value: 'code' },
                value: { kind: 'Variable', name: { kind: 'Name', value: 'code' } },
              },
            ],
            selectionSet: {
              kind: 'SelectionSet',
              selections: [
                { kind: 'Field', name: { kind: 'Name', value: 'code' } },
                { kind: 'Field', name: { kind: 'Name', value: 'name' } },
                {
                  kind: 'Field',
                  name: { kind: 'Name', value: 'department' },
                  selectionSet: {
                    kind: 'SelectionSet',
                    selections: [
                      { kind: 'Field', name: { kind: 'Name', value: 'code' } },
                      { kind: 'Field', name: { kind: 'Name', value: 'name' } },
                    ],
                  },
                },
                { kind: 'Field', name: { kind: 'Name', value: 'level' } },
                { kind: 'Field', name: { kind: 'Name', value: 'type' } },
                { kind: 'Field', name: { kind: 'Name', value: 'targets' } },
                { kind: 'Field', name: { kind: 'Name', value: 'projectType' } },
                { kind: 'Field', name: { kind: 'Name', value: 'online' } },
                { kind: 'Field', name: { kind: 'Name', value: 'once' } },
                { kind: 'Field', name: { kind: 'Name', value: 'immediate' } },
                { kind: 'Field', name: { kind: 'Name', value: 'nearby' } },
                { kind: 'Field', name: { kind: 'Name', value: 'visits' } },
                { kind: 'Field', name: { kind: 'Name', value: 'legalDays' } },
                { kind: 'Field', name: { kind: 'Name', value: 'promiseDays' } },
                { kind: 'Field', name: { kind: 'Name', value: 'promiseDaysUnit' } },
                { kind: 'Field', name: { kind: 'Name', value: 'conditions' } },
                { kind: 'Field', name: { kind: 'Name', value: 'process' } },
                {
                  kind: 'Field',
                  name: { kind: 'Name', value: 'halls' },
                  selectionSet: {
                    kind: 'SelectionSet',
                    selections: [
                      { kind: 'Field', name: { kind: 'Name', value: 'name' } },
                      { kind: 'Field', name: { kind: 'Name', value: 'address' } },
                    ],
                  },
                },
                { kind: 'Field', name: { kind: 'Name', value: 'hours' } },
                { kind: 'Field', name: { kind: 'Name', value: 'consultationPhones' } },
                {
                  kind: 'Field',
                  name: { kind: 'Name', value: 'fees' },
                  selectionSet: {
                    kind: 'SelectionSet',
                    selections: [
                      { kind: 'Field', name: { kind: 'Name', value: 'name' } },
                      { kind: 'Field', name: { kind: 'Name', value: 'standard' } },
                      { kind: 'Field', name: { kind: 'Name', value: 'reducible' } },
                    ],
                  },
                },
                {
                  kind: 'Field',
                  name: { kind: 'Name', value: 'materials' },
                  selectionSet: {
                    kind: 'SelectionSet',
                    selections: [
                      { kind: 'Field', name: { kind: 'Name', value: 'id' } },
                      { kind: 'Field', name: { kind: 'Name', value: 'name' } },
                      { kind: 'Field', name: { kind: 'Name', value: 'required' } },
                      { kind: 'Field', name: { kind: 'Name', value: 'copies' } },
                      { kind: 'Field', name: { kind: 'Name', value: 'format' } },
                      { kind: 'Field', name: { kind: 'Name', value: 'noSubmission' } },
                      { kind: 'Field', name: { kind: 'Name', value: 'exampleUrl' } },
                      {
                        kind: 'Field',
                        name: { kind: 'Name', value: 'licenceType' },
                        selectionSet: {
                          kind: 'SelectionSet',
                          selections: [
                            { kind: 'Field', name: { kind: 'Name', value: 'code' } },
                            { kind: 'Field', name: { kind: 'Name', value: 'name' } },
                            {
                              kind: 'Field',
                              name: { kind: 'Name', value: 'held' },
                              selectionSet: {
                                kind: 'SelectionSet',
                                selections: [
                                  { kind: 'Field', name: { kind: 'Name', value: 'code' } },
                                  { kind: 'Field', name: { kind: 'Name', value: 'maskedNumber' } },
                                  { kind: 'Field', name: { kind: 'Name', value: 'validUntil' } },
                                  { kind: 'Field', name: { kind: 'Name', value: 'expired' } },
                                ],
                              },
                            },
                          ],
                        },
                      },
                    ],
                  },
                },
              ],
            },
          },
        ],
      },
    },
  ],
} as unknown as DocumentNode<ItemGuideQuery, ItemGuideQueryVariables>;
export const MyOrganizationDocument = {
  kind: 'Document',
  definitions: [
    {
      kind: 'OperationDefinition',
      operation: 'query',
      name: { kind: 'Name', value: 'MyOrganization' },
      variableDefinitions: [
        {
          kind: 'VariableDefinition',
          variable: { kind: 'Variable', name: { kind: 'Name', value: 'licences' } },
          type: { kind: 'NamedType', name: { kind: 'Name', value: 'Int' } },
          defaultValue: { kind: 'IntValue', value: '20' },
        },
        {
          kind: 'VariableDefinition',
          variable: { kind: 'Variable', name: { kind: 'Name', value: 'cases' } },
          type: { kind: 'NamedType', name: { kind: 'Name', value: 'Int' } },
          defaultValue: { kind: 'IntValue', value: '10' },
        },
        {
          kind: 'VariableDefinition',
          variable: { kind: 'Variable', name: { kind: 'Name', value: 'notices' } },
          type: { kind: 'NamedType', name: { kind: 'Name', value: 'Int' } },
          defaultValue: { kind: 'IntValue', value: '10' },
        },
      ],
      directives: [
        {
          kind: 'Directive',
          name: { kind: 'Name', value: 'purpose' },
          arguments: [
            {
              kind: 'Argument',
              name: { kind: 'Name', value: 'code' },
              value: { kind: 'StringValue', value: 'own-records', block: false },
            },
          ],
        },
      ],
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'me' },
            selectionSet: {
              kind: 'SelectionSet',
              selections: [
                { kind: 'Field', name: { kind: 'Name', value: 'name' } },
                {
                  kind: 'Field',
                  name: { kind: 'Name', value: 'actingFor' },
                  selectionSet: {
                    kind: 'SelectionSet',
                    selections: [
                      { kind: 'Field', name: { kind: 'Name', value: 'uscc' } },
                      { kind: 'Field', name: { kind: 'Name', value: 'name' } },
                      { kind: 'Field', name: { kind: 'Name', value: 'kind' } },
                      {
                        kind: 'Field',
                        name: { kind: 'Name', value: 'division' },
                        selectionSet: {
                          kind: 'SelectionSet',
                          selections: [
                            { kind: 'Field', name: { kind: 'Name', value: 'code' } },
                            { kind: 'Field', name: { kind: 'Name', value: 'name' } },
                          ],
                        },
                      },
                      {
                        kind: 'Field',
                        name: { kind: 'Name', value: 'licences' },
                        arguments: [
                          {
                            kind: 'Argument',
                            name: { kind: 'Name', value: 'first' },
                            value: { kind: 'Variable', name: { kind: 'Name', value: 'licences' } },
                          },
                        ],
                        selectionSet: {
                          kind: 'SelectionSet',
                          selections: [
                            { kind: 'Field', name: { kind: 'Name', value: 'totalCount' } },
                            {
                              kind: 'Field',
                              name: { kind: 'Name', value: 'nodes' },
                              selectionSet: {
                                kind: 'SelectionSet',
                                selections: [
                                  { kind: 'Field', name: { kind: 'Name', value: 'code' } },
                                  { kind: 'Field', name: { kind: 'Name', value: 'name' } },
                                  { kind: 'Field', name: { kind: 'Name', value: 'identifier' } },
                                  { kind: 'Field', name: { kind: 'Name', value: 'validUntil' } },
                                  { kind: 'Field', name: { kind: 'Name', value: 'indefinite' } },
                                  { kind: 'Field', name: { kind: 'Name', value: 'expired' } },
                                ],
                              },
                            },
                          ],
                        },
                      },
                      {
                        kind: 'Field',
                        name: { kind: 'Name', value: 'seals' },
                        arguments: [
                          { kind: 'Argument', name: { kind: 'Name', value: 'first' }, value: { kind: 'IntValue', value: '10' } },
                        ],
                        selectionSet: {
                          kind: 'SelectionSet',
                          selections: [
                            { kind: 'Field', name: { kind: 'Name', value: 'totalCount' } },
                            {
                              kind: 'Field',
                              name: { kind: 'Name', value: 'nodes' },
                              selectionSet: {
                                kind: 'SelectionSet',
                                selections: [
                                  { kind: 'Field', name: { kind: 'Name', value: 'id' } },
                                  { kind: 'Field', name: { kind: 'Name', value: 'name' } },
                                  { kind: 'Field', name: { kind: 'Name', value: 'type' } },
                                  { kind: 'Field', name: { kind: 'Name', value: 'status' } },
                                  { kind: 'Field', name: { kind: 'Name', value: 'validUntil' } },
                                ],
                              },
                            },
                          ],
                        },
                      },
                      {
                        kind: 'Field',
                        name: { kind: 'Name', value: 'cases' },
                        arguments: [
                          {
                            kind: 'Argument',
                            name: { kind: 'Name', value: 'first' },
                            value: { kind: 'Variable', name: { kind: 'Name', value: 'cases' } },
                          },
                        ],
                        selectionSet: {
                          kind: 'SelectionSet',
                          selections: [
                            { kind: 'Field', name: { kind: 'Name', value: 'totalCount' } },
                            {
                              kind: 'Field',
                              name: { kind: 'Name', value: 'nodes' },
                              selectionSet: {
                                kind: 'SelectionSet',
                                selections: [
                                  { kind: 'Field', name: { kind: 'Name', value: 'id' } },
                                  { kind: 'Field', name: { kind: 'Name', value: 'itemName' } },
                                  { kind: 'Field', name: { kind: 'Name', value: 'state' } },
                                  {
                                    kind: 'Field',
                                    name: { kind: 'Name', value: 'clock' },
                                    selectionSet: {
                                      kind: 'SelectionSet',
                                      selections: [{ kind: 'Field', name: { kind: 'Name', value: 'suspended' } }],
                                    },
                                  },
                                ],
                              },
                            },
                          ],
                        },
                      },
                      {
                        kind: 'Field',
                        name: { kind: 'Name', value: 'paymentNotices' },
                        arguments: [
                          {
                            kind: 'Argument',
                            name: { kind: 'Name', value: 'state' },
                            value: { kind: 'EnumValue', value: 'ISSUED' },
                          },
                          {
                            kind: 'Argument',
                            name: { kind: 'Name', value: 'first' },
                            value: { kind: 'Variable', name: { kind: 'Name', value: 'notices' } },
                          },
                        ],
                        selectionSet: {
                          kind: 'SelectionSet',
                          selections: [
                            { kind: 'Field', name: { kind: 'Name', value: 'totalCount' } },
                            {
                              kind: 'Field',
                              name: { kind: 'Name', value: 'nodes' },
                              selectionSet: {
                                kind: 'SelectionSet',
                                selections: [
                                  { kind: 'Field', name: { kind: 'Name', value: 'noticeNumber' } },
                                  { kind: 'Field', name: { kind: 'Name', value: 'amount' } },
                                  { kind: 'Field', name: { kind: 'Name', value: 'expiresOn' } },
                                ],
                              },
                            },
                          ],
                        },
                      },
                    ],
                  },
                },
              ],
            },
          },
        ],
      },
    },
  ],
} as unknown as DocumentNode<MyOrganizationQuery, MyOrganizationQueryVariables>;
export const MyPageDocument = {
  kind: 'Document',
  definitions: [
    {
      kind: 'OperationDefinition',
      operation: 'query',
      name: { kind: 'Name', value: 'MyPage' },
      variableDefinitions: [
        {
          kind: 'VariableDefinition',
          variable: { kind: 'Variable', name: { kind: 'Name', value: 'licences' } },
          type: { kind: 'NamedType', name: { kind: 'Name', value: 'Int' } },
          defaultValue: { kind: 'IntValue', value: '20' },
        },
        {
          kind: 'VariableDefinition',
          variable: { kind: 'Variable', name: { kind: 'Name', value: 'cases' } },
          type: { kind: 'NamedType', name: { kind: 'Name', value: 'Int' } },
          defaultValue: { kind: 'IntValue', value: '10' },
        },
        {
          kind: 'VariableDefinition',
          variable: { kind: 'Variable', name: { kind: 'Name', value: 'notices' } },
          type: { kind: 'NamedType', name: { kind: 'Name', value: 'Int' } },
          defaultValue: { kind: 'IntValue', value: '10' },
        },
      ],
      directives: [
        {
          kind: 'Directive',
          name: { kind: 'Name', value: 'purpose' },
          arguments: [
            {
              kind: 'Argument',
              name: { kind: 'Name', value: 'code' },
              value: { kind: 'StringValue', value: 'own-records', block: false },
            },
          ],
        },
      ],
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'me' },
            selectionSet: {
              kind: 'SelectionSet',
              selections: [
                { kind: 'Field', name: { kind: 'Name', value: 'name' } },
                { kind: 'Field', name: { kind: 'Name', value: 'assurance' } },
                {
                  kind: 'Field',
                  name: { kind: 'Name', value: 'certificate' },
                  selectionSet: {
                    kind: 'SelectionSet',
                    selections: [
                      { kind: 'Field', name: { kind: 'Name', value: 'type' } },
                      { kind: 'Field', name: { kind: 'Name', value: 'maskedNumber' } },
                    ],
                  },
                },
                { kind: 'Field', name: { kind: 'Name', value: 'maskedMobile' } },
                {
                  kind: 'Field',
                  name: { kind: 'Name', value: 'division' },
                  selectionSet: {
                    kind: 'SelectionSet',
                    selections: [
                      { kind: 'Field', name: { kind: 'Name', value: 'code' } },
                      { kind: 'Field', name: { kind: 'Name', value: 'name' } },
                      {
                        kind: 'Field',
                        name: { kind: 'Name', value: 'path' },
                        selectionSet: {
                          kind: 'SelectionSet',
                          selections: [{ kind: 'Field', name: { kind: 'Name', value: 'name' } }],
                        },
                      },
                    ],
                  },
                },
                {
                  kind: 'Field',
                  name: { kind: 'Name', value: 'licences' },
                  arguments: [
                    {
                      kind: 'Argument',
                      name: { kind: 'Name', value: 'first' },
                      value: { kind: 'Variable', name: { kind: 'Name', value: 'licences' } },
                    },
                  ],
                  selectionSet: {
                    kind: 'SelectionSet',
                    selections: [
                      { kind: 'Field', name: { kind: 'Name', value: 'totalCount' } },
                      {
                        kind: 'Field',
                        name: { kind: 'Name', value: 'nodes' },
                        selectionSet: {
                          kind: 'SelectionSet',
                          selections: [
                            { kind: 'Field', name: { kind: 'Name', value: 'code' } },
                            { kind: 'Field', name: { kind: 'Name', value: 'name' } },
                            {
                              kind: 'Field',
                              name: { kind: 'Name', value: 'type' },
                              selectionSet: {
                                kind: 'SelectionSet',
                                selections: [
                                  { kind: 'Field', name: { kind: 'Name', value: 'code' } },
                                  { kind: 'Field', name: { kind: 'Name', value: 'name' } },
                                ],
                              },
                            },
                            { kind: 'Field', name: { kind: 'Name', value: 'maskedNumber' } },
                            { kind: 'Field', name: { kind: 'Name', value: 'status' } },
                            { kind: 'Field', name: { kind: 'Name', value: 'validUntil' } },
                            { kind: 'Field', name: { kind: 'Name', value: 'indefinite' } },
                            { kind: 'Field', name: { kind: 'Name', value: 'expired' } },
                            {
                              kind: 'Field',
                              name: { kind: 'Name', value: 'holders' },
                              selectionSet: {
                                kind: 'SelectionSet',
                                selections: [{ kind: 'Field', name: { kind: 'Name', value: 'name' } }],
                              },
                            },
                            {
                              kind: 'Field',
                              name: { kind: 'Name', value: 'issuer' },
                              selectionSet: {
                                kind: 'SelectionSet',
                                selections: [{ kind: 'Field', name: { kind: 'Name', value: 'name' } }],
                              },
                            },
                          ],
                        },
                      },
                      {
                        kind: 'Field',
                        name: { kind: 'Name', value: 'pageInfo' },
                        selectionSet: {
                          kind: 'SelectionSet',
                          selections: [
                            { kind: 'Field', name: { kind: 'Name', value: 'hasNextPage' } },
                            { kind: 'Field', name: { kind: 'Name', value: 'endCursor' } },
                          ],
                        },
                      },
                    ],
                  },
                },
                {
                  kind: 'Field',
                  name: { kind: 'Name', value: 'cases' },
                  arguments: [
                    {
                      kind: 'Argument',
                      name: { kind: 'Name', value: 'first' },
                      value: { kind: 'Variable', name: { kind: 'Name', value: 'cases' } },
                    },
                  ],
                  selectionSet: {
                    kind: 'SelectionSet',
                    selections: [
                      { kind: 'Field', name: { kind: 'Name', value: 'totalCount' } },
                      {
                        kind: 'Field',
                        name: { kind: 'Name', value: 'nodes' },
                        selectionSet: {
                          kind: 'SelectionSet',
                          selections: [
                            { kind: 'Field', name: { kind: 'Name', value: 'id' } },
                            { kind: 'Field', name: { kind: 'Name', value: 'itemName' } },
                            {
                              kind: 'Field',
                              name: { kind: 'Name', value: 'item' },
                              selectionSet: {
                                kind: 'SelectionSet',
                                selections: [
                                  { kind: 'Field', name: { kind: 'Name', value: 'code' } },
                                  { kind: 'Field', name: { kind: 'Name', value: 'name' } },
                                ],
                              },
                            },
                            { kind: 'Field', name: { kind: 'Name', value: 'state' } },
                            { kind: 'Field', name: { kind: 'Name', value: 'submittedAt' } },
                            {
                              kind: 'Field',
                              name: { kind: 'Name', value: 'clock' },
                              selectionSet: {
                                kind: 'SelectionSet',
                                selections: [
                                  { kind: 'Field', name: { kind: 'Name', value: 'dueOn' } },
                                  { kind: 'Field', name: { kind: 'Name', value: 'remainingWorkingDays' } },
                                  { kind: 'Field', name: { kind: 'Name', value: 'suspended' } },
                                ],
                              },
                            },
                          ],
                        },
                      },
                    ],
                  },
                },
                {
                  kind: 'Field',
                  name: { kind: 'Name', value: 'paymentNotices' },
                  arguments: [
                    { kind: 'Argument', name: { kind: 'Name', value: 'state' }, value: { kind: 'EnumValue', value: 'ISSUED' } },
                    {
                      kind: 'Argument',
                      name: { kind: 'Name', value: 'first' },
                      value: { kind: 'Variable', name: { kind: 'Name', value: 'notices' } },
                    },
                  ],
                  selectionSet: {
                    kind: 'SelectionSet',
                    selections: [
                      { kind: 'Field', name: { kind: 'Name', value: 'totalCount' } },
                      {
                        kind: 'Field',
                        name: { kind: 'Name', value: 'nodes' },
                        selectionSet: {
                          kind: 'SelectionSet',
                          selections: [
                            { kind: 'Field', name: { kind: 'Name', value: 'noticeNumber' } },
                            { kind: 'Field', name: { kind: 'Name', value: 'amount' } },
                            { kind: 'Field', name: { kind: 'Name', value: 'currency' } },
                            { kind: 'Field', name: { kind: 'Name', value: 'expiresOn' } },
                            {
                              kind: 'Field',
                              name: { kind: 'Name', value: 'items' },
                              selectionSet: {
                                kind: 'SelectionSet',
                                selections: [
                                  { kind: 'Field', name: { kind: 'Name', value: 'name' } },
                                  { kind: 'Field', name: { kind: 'Name', value: 'amount' } },
                                ],
                              },
                            },
                            {
                              kind: 'Field',
                              name: { kind: 'Name', value: 'case' },
                              selectionSet: {
                                kind: 'SelectionSet',
                                selections: [{ kind: 'Field', name: { kind: 'Name', value: 'id' } }],
                              },
                            },
                          ],
                        },
                      },
                    ],
                  },
                },
                {
                  kind: 'Field',
                  name: { kind: 'Name', value: 'actingFor' },
                  selectionSet: {
                    kind: 'SelectionSet',
                    selections: [
                      { kind: 'Field', name: { kind: 'Name', value: 'uscc' } },
                      { kind: 'Field', name: { kind: 'Name', value: 'name' } },
                    ],
                  },
                },
              ],
            },
          },
        ],
      },
    },
  ],
} as unknown as DocumentNode<MyPageQuery, MyPageQueryVariables>;
export const PayNoticeDocument = {
  kind: 'Document',
  definitions: [
    {
      kind: 'OperationDefinition',
      operation: 'mutation',
      name: { kind: 'Name', value: 'PayNotice' },
      variableDefinitions: [
        {
          kind: 'VariableDefinition',
          variable: { kind: 'Variable', name: { kind: 'Name', value: 'noticeNumber' } },
          type: { kind: 'NonNullType', type: { kind: 'NamedType', name: { kind: 'Name', value: 'String' } } },
        },
        {
          kind: 'VariableDefinition',
          variable: { kind: 'Variable', name: { kind: 'Name', value: 'channel' } },
          type: { kind: 'NonNullType', type: { kind: 'NamedType', name: { kind: 'Name', value: 'PaymentChannel' } } },
        },
        {
          kind: 'VariableDefinition',
          variable: { kind: 'Variable', name: { kind: 'Name', value: 'returnUrl' } },
          type: { kind: 'NonNullType', type: { kind: 'NamedType', name: { kind: 'Name', value: 'String' } } },
        },
        {
          kind: 'VariableDefinition',
          variable: { kind: 'Variable', name: { kind: 'Name', value: 'idempotencyKey' } },
          type: { kind: 'NonNullType', type: { kind: 'NamedType', name: { kind: 'Name', value: 'ID' } } },
        },
      ],
      directives: [
        {
          kind: 'Directive',
          name: { kind: 'Name', value: 'purpose' },
          arguments: [
            {
              kind: 'Argument',
              name: { kind: 'Name', value: 'code' },
              value: { kind: 'StringValue', value: 'payment', block: false },
            },
          ],
        },
      ],
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'createPayment' },
            arguments: [
              {
                kind: 'Argument',
                name: { kind: 'Name', value: 'input' },
                value: {
                  kind: 'ObjectValue',
                  fields: [
                    {
                      kind: 'ObjectField',
                      name: { kind: 'Name', value: 'noticeNumber' },
                      value: { kind: 'Variable', name: { kind: 'Name', value: 'noticeNumber' } },
                    },
                    {
                      kind: 'ObjectField',
                      name: { kind: 'Name', value: 'channel' },
                      value: { kind: 'Variable', name: { kind: 'Name', value: 'channel' } },
                    },
                    {
                      kind: 'ObjectField',
                      name: { kind: 'Name', value: 'returnUrl' },
                      value: { kind: 'Variable', name: { kind: 'Name', value: 'returnUrl' } },
                    },
                    {
                      kind: 'ObjectField',
                      name: { kind: 'Name', value: 'idempotencyKey' },
                      value: { kind: 'Variable', name: { kind: 'Name', value: 'idempotencyKey' } },
                    },
                  ],
                },
              },
            ],
            selectionSet: {
              kind: 'SelectionSet',
              selections: [
                { kind: 'Field', name: { kind: 'Name', value: '__typename' } },
                {
                  kind: 'InlineFragment',
                  typeCondition: { kind: 'NamedType', name: { kind: 'Name', value: 'OpenedPayment' } },
                  selectionSet: {
                    kind: 'SelectionSet',
                    selections: [
                      { kind: 'Field', name: { kind: 'Name', value: 'cashierUrl' } },
                      { kind: 'Field', name: { kind: 'Name', value: 'expiresAt' } },
                      {
                        kind: 'Field',
                        name: { kind: 'Name', value: 'payment' },
                        selectionSet: {
                          kind: 'SelectionSet',
                          selections: [
                            { kind: 'Field', name: { kind: 'Name', value: 'id' } },
                            { kind: 'Field', name: { kind: 'Name', value: 'state' } },
                            { kind: 'Field', name: { kind: 'Name', value: 'amount' } },
                            {
                              kind: 'Field',
                              name: { kind: 'Name', value: 'notice' },
                              selectionSet: {
                                kind: 'SelectionSet',
                                selections: [
                                  { kind: 'Field', name: { kind: 'Name', value: 'noticeNumber' } },
                                  { kind: 'Field', name: { kind: 'Name', value: 'state' } },
                                ],
                              },
                            },
                          ],
                        },
                      },
                    ],
                  },
                },
                {
                  kind: 'InlineFragment',
                  typeCondition: { kind: 'NamedType', name: { kind: 'Name', value: 'PaymentRefused' } },
                  selectionSet: {
                    kind: 'SelectionSet',
                    selections: [
                      { kind: 'Field', name: { kind: 'Name', value: 'reason' } },
                      { kind: 'Field', name: { kind: 'Name', value: 'message' } },
                    ],
                  },
                },
              ],
            },
          },
        ],
      },
    },
  ],
} as unknown as DocumentNode<PayNoticeMutation, PayNoticeMutationVariables>;
export const PaymentStateDocument = {
  kind: 'Document',
  definitions: [
    {
      kind: 'OperationDefinition',
      operation: 'query',
      name: { kind: 'Name', value: 'PaymentState' },
      variableDefinitions: [
        {
          kind: 'VariableDefinition',
          variable: { kind: 'Variable', name: { kind: 'Name', value: 'id' } },
          type: { kind: 'NonNullType', type: { kind: 'NamedType', name: { kind: 'Name', value: 'ID' } } },
        },
      ],
      directives: [
        {
          kind: 'Directive',
          name: { kind: 'Name', value: 'purpose' },
          arguments: [
            {
              kind: 'Argument',
              name: { kind: 'Name', value: 'code' },
              value: { kind: 'StringValue', value: 'payment', block: false },
            },
          ],
        },
      ],
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'payment' },
            arguments: [
              {
                kind: 'Argument',
                name: { kind: 'Name', value: 'id' },
                value: { kind: 'Variable', name: { kind: 'Name', value: 'id' } },
              },
            ],
            selectionSet: {
              kind: 'SelectionSet',
              selections: [
                { kind: 'Field', name: { kind: 'Name', value: 'id' } },
                { kind: 'Field', name: { kind: 'Name', value: 'state' } },
                { kind: 'Field', name: { kind: 'Name', value: 'channel' } },
                { kind: 'Field', name: { kind: 'Name', value: 'amount' } },
                { kind: 'Field', name: { kind: 'Name', value: 'paidAt' } },
                {
                  kind: 'Field',
                  name: { kind: 'Name', value: 'notice' },
                  selectionSet: {
                    kind: 'SelectionSet',
                    selections: [
                      { kind: 'Field', name: { kind: 'Name', value: 'noticeNumber' } },
                      { kind: 'Field', name: { kind: 'Name', value: 'state' } },
                      { kind: 'Field', name: { kind: 'Name', value: 'agencyName' } },
                      {
                        kind: 'Field',
                        name: { kind: 'Name', value: 'case' },
                        selectionSet: {
                          kind: 'SelectionSet',
                          selections: [
                            { kind: 'Field', name: { kind: 'Name', value: 'id' } },
                            { kind: 'Field', name: { kind: 'Name', value: 'itemName' } },
                            { kind: 'Field', name: { kind: 'Name', value: 'state' } },
                          ],
                        },
                      },
                    ],
                  },
                },
              ],
            },
          },
        ],
      },
    },
  ],
} as unknown as DocumentNode<PaymentStateQuery, PaymentStateQueryVariables>;
export const SignDocumentDocument = {
  kind: 'Document',
  definitions: [
    {
      kind: 'OperationDefinition',
      operation: 'mutation',
      name: { kind: 'Name', value: 'SignDocument' },
      variableDefinitions: [
        {
          kind: 'VariableDefinition',
          variable: { kind: 'Variable', name: { kind: 'Name', value: 'sealId' } },
          type: { kind: 'NonNullType', type: { kind: 'NamedType', name: { kind: 'Name', value: 'ID' } } },
        },
        {
          kind: 'VariableDefinition',
          variable: { kind: 'Variable', name: { kind: 'Name', value: 'fileName' } },
          type: { kind: 'NonNullType', type: { kind: 'NamedType', name: { kind: 'Name', value: 'String' } } },
        },
        {
          kind: 'VariableDefinition',
          variable: { kind: 'Variable', name: { kind: 'Name', value: 'fileDigestSm3' } },
          type: { kind: 'NonNullType', type: { kind: 'NamedType', name: { kind: 'Name', value: 'String' } } },
        },
        {
          kind: 'VariableDefinition',
          variable: { kind: 'Variable', name: { kind: 'Name', value: 'idempotencyKey' } },
          type: { kind: 'NonNullType', type: { kind: 'NamedType', name: { kind: 'Name', value: 'ID' } } },
        },
        {
          kind: 'VariableDefinition',
          variable: { kind: 'Variable', name: { kind: 'Name', value: 'itemCode' } },
          type: { kind: 'NonNullType', type: { kind: 'NamedType', name: { kind: 'Name', value: 'ID' } } },
        },
        {
          kind: 'VariableDefinition',
          variable: { kind: 'Variable', name: { kind: 'Name', value: 'caseNumber' } },
          type: { kind: 'NonNullType', type: { kind: 'NamedType', name: { kind: 'Name', value: 'ID' } } },
        },
      ],
      directives: [
        {
          kind: 'Directive',
          name: { kind: 'Name', value: 'purpose' },
          arguments: [
            {
              kind: 'Argument',
              name: { kind: 'Name', value: 'code' },
              value: { kind: 'StringValue', value: 'signing', block: false },
            },
            {
              kind: 'Argument',
              name: { kind: 'Name', value: 'itemCode' },
              value: { kind: 'Variable', name: { kind: 'Name', value: 'itemCode' } },
            },
            {
              kind: 'Argument',
              name: { kind: 'Name', value: 'caseNumber' },
              value: { kind: 'Variable', name: { kind: 'Name', value: 'caseNumber' } },
            },
          ],
        },
      ],
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'requestSignature' },
            arguments: [
              {
                kind: 'Argument',
                name: { kind: 'Name', value: 'input' },
                value: {
                  kind: 'ObjectValue',
                  fields: [
                    {
                      kind: 'ObjectField',
                      name: { kind: 'Name', value: 'sealId' },
                      value: { kind: 'Variable', name: { kind: 'Name', value: 'sealId' } },
                    },
                    {
                      kind: 'ObjectField',
                      name: { kind: 'Name', value: 'fileName' },
                      value: { kind: 'Variable', name: { kind: 'Name', value: 'fileName' } },
                    },
                    {
                      kind: 'ObjectField',
                      name: { kind: 'Name', value: 'fileType' },
                      value: { kind: 'EnumValue', value: 'OFD' },
                    },
                    {
                      kind: 'ObjectField',
                      name: { kind: 'Name', value: 'fileDigestSm3' },
                      value: { kind: 'Variable', name: { kind: 'Name', value: 'fileDigestSm3' } },
                    },
                    {
                      kind: 'ObjectField',
                      name: { kind: 'Name', value: 'idempotencyKey' },
                      value: { kind: 'Variable', name: { kind: 'Name', value: 'idempotencyKey' } },
                    },
                  ],
                },
              },
            ],
            selectionSet: {
              kind: 'SelectionSet',
              selections: [
                { kind: 'Field', name: { kind: 'Name', value: '__typename' } },
                {
                  kind: 'InlineFragment',
                  typeCondition: { kind: 'NamedType', name: { kind: 'Name', value: 'SigningRequest' } },
                  selectionSet: {
                    kind: 'SelectionSet',
                    selections: [{ kind: 'FragmentSpread', name: { kind: 'Name', value: 'Signing' } }],
                  },
                },
                {
                  kind: 'InlineFragment',
                  typeCondition: { kind: 'NamedType', name: { kind: 'Name', value: 'SignatureRefused' } },
                  selectionSet: {
                    kind: 'SelectionSet',
                    selections: [
                      { kind: 'Field', name: { kind: 'Name', value: 'reason' } },
                      { kind: 'Field', name: { kind: 'Name', value: 'message' } },
                    ],
                  },
                },
              ],
            },
          },
        ],
      },
    },
    {
      kind: 'FragmentDefinition',
      name: { kind: 'Name', value: 'Signing' },
      typeCondition: { kind: 'NamedType', name: { kind: 'Name', value: 'SigningRequest' } },
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          { kind: 'Field', name: { kind: 'Name', value: 'id' } },
          { kind: 'Field', name: { kind: 'Name', value: 'state' } },
          { kind: 'Field', name: { kind: 'Name', value: 'fileDigestSm3' } },
          { kind: 'Field', name: { kind: 'Name', value: 'createdAt' } },
          { kind: 'Field', name: { kind: 'Name', value: 'signedAt' } },
          { kind: 'Field', name: { kind: 'Name', value: 'authorizationUrl' } },
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'seal' },
            selectionSet: {
              kind: 'SelectionSet',
              selections: [
                { kind: 'Field', name: { kind: 'Name', value: 'id' } },
                { kind: 'Field', name: { kind: 'Name', value: 'name' } },
                {
                  kind: 'Field',
                  name: { kind: 'Name', value: 'organization' },
                  selectionSet: {
                    kind: 'SelectionSet',
                    selections: [
                      { kind: 'Field', name: { kind: 'Name', value: 'uscc' } },
                      { kind: 'Field', name: { kind: 'Name', value: 'name' } },
                    ],
                  },
                },
              ],
            },
          },
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'verification' },
            selectionSet: {
              kind: 'SelectionSet',
              selections: [
                { kind: 'Field', name: { kind: 'Name', value: 'valid' } },
                {
                  kind: 'Field',
                  name: { kind: 'Name', value: 'signatures' },
                  selectionSet: {
                    kind: 'SelectionSet',
                    selections: [
                      { kind: 'Field', name: { kind: 'Name', value: 'signerName' } },
                      { kind: 'Field', name: { kind: 'Name', value: 'sealName' } },
                      { kind: 'Field', name: { kind: 'Name', value: 'signedAt' } },
                      { kind: 'Field', name: { kind: 'Name', value: 'digestOk' } },
                      { kind: 'Field', name: { kind: 'Name', value: 'signatureOk' } },
                      { kind: 'Field', name: { kind: 'Name', value: 'certificateOk' } },
                      { kind: 'Field', name: { kind: 'Name', value: 'sealOk' } },
                    ],
                  },
                },
              ],
            },
          },
        ],
      },
    },
  ],
} as unknown as DocumentNode<SignDocumentMutation, SignDocumentMutationVariables>;
export const SigningStateDocument = {
  kind: 'Document',
  definitions: [
    {
      kind: 'OperationDefinition',
      operation: 'query',
      name: { kind: 'Name', value: 'SigningState' },
      variableDefinitions: [
        {
          kind: 'VariableDefinition',
          variable: { kind: 'Variable', name: { kind: 'Name', value: 'id' } },
          type: { kind: 'NonNullType', type: { kind: 'NamedType', name: { kind: 'Name', value: 'ID' } } },
        },
      ],
      directives: [
        {
          kind: 'Directive',
          name: { kind: 'Name', value: 'purpose' },
          arguments: [
            {
              kind: 'Argument',
              name: { kind: 'Name', value: 'code' },
              value: { kind: 'StringValue', value: 'signing', block: false },
            },
          ],
        },
      ],
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'signingRequest' },
            arguments: [
              {
                kind: 'Argument',
                name: { kind: 'Name', value: 'id' },
                value: { kind: 'Variable', name: { kind: 'Name', value: 'id' } },
              },
            ],
            selectionSet: {
              kind: 'SelectionSet',
              selections: [
                { kind: 'Field', name: { kind: 'Name', value: 'id' } },
                { kind: 'Field', name: { kind: 'Name', value: 'state' } },
                { kind: 'Field', name: { kind: 'Name', value: 'authorizationUrl' } },
                { kind: 'Field', name: { kind: 'Name', value: 'signedAt' } },
                {
                  kind: 'Field',
                  name: { kind: 'Name', value: 'verification' },
                  selectionSet: {
                    kind: 'SelectionSet',
                    selections: [
                      { kind: 'Field', name: { kind: 'Name', value: 'valid' } },
                      {
                        kind: 'Field',
                        name: { kind: 'Name', value: 'signatures' },
                        selectionSet: {
                          kind: 'SelectionSet',
                          selections: [
                            { kind: 'Field', name: { kind: 'Name', value: 'signerName' } },
                            { kind: 'Field', name: { kind: 'Name', value: 'sealName' } },
                            { kind: 'Field', name: { kind: 'Name', value: 'signedAt' } },
                            { kind: 'Field', name: { kind: 'Name', value: 'digestOk' } },
                            { kind: 'Field', name: { kind: 'Name', value: 'signatureOk' } },
                            { kind: 'Field', name: { kind: 'Name', value: 'certificateOk' } },
                            { kind: 'Field', name: { kind: 'Name', value: 'sealOk' } },
                            { kind: 'Field', name: { kind: 'Name', value: 'withinValidity' } },
                          ],
                        },
                      },
                    ],
                  },
                },
              ],
            },
          },
        ],
      },
    },
  ],
} as unknown as DocumentNode<SigningStateQuery, SigningStateQueryVariables>;
export const WhereIsDocument = {
  kind: 'Document',
  definitions: [
    {
      kind: 'OperationDefinition',
      operation: 'query',
      name: { kind: 'Name', value: 'WhereIs' },
      variableDefinitions: [
        {
          kind: 'VariableDefinition',
          variable: { kind: 'Variable', name: { kind: 'Name', value: 'address' } },
          type: { kind: 'NonNullType', type: { kind: 'NamedType', name: { kind: 'Name', value: 'String' } } },
        },
        {
          kind: 'VariableDefinition',
          variable: { kind: 'Variable', name: { kind: 'Name', value: 'items' } },
          type: { kind: 'NamedType', name: { kind: 'Name', value: 'Int' } },
          defaultValue: { kind: 'IntValue', value: '10' },
        },
      ],
      directives: [
        {
          kind: 'Directive',
          name: { kind: 'Name', value: 'purpose' },
          arguments: [
            {
              kind: 'Argument',
              name: { kind: 'Name', value: 'code' },
              value: { kind: 'StringValue', value: 'public-information', block: false },
            },
          ],
        },
      ],
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'geocode' },
            arguments: [
              {
                kind: 'Argument',
                name: { kind: 'Name', value: 'address' },
                value: { kind: 'Variable', name: { kind: 'Name', value: 'address' } },
              },
            ],
            selectionSet: {
              kind: 'SelectionSet',
              selections: [
                { kind: 'Field', name: { kind: 'Name', value: 'formattedAddress' } },
                {
                  kind: 'Field',
                  name: { kind: 'Name', value: 'location' },
                  selectionSet: {
                    kind: 'SelectionSet',
                    selections: [
                      { kind: 'Field', name: { kind: 'Name', value: 'lon' } },
                      { kind: 'Field', name: { kind: 'Name', value: 'lat' } },
                    ],
                  },
                },
                {
                  kind: 'Field',
                  name: { kind: 'Name', value: 'community' },
                  selectionSet: {
                    kind: 'SelectionSet',
                    selections: [
                      { kind: 'Field', name: { kind: 'Name', value: 'code' } },
                      { kind: 'Field', name: { kind: 'Name', value: 'name' } },
                      { kind: 'Field', name: { kind: 'Name', value: 'level' } },
                      {
                        kind: 'Field',
                        name: { kind: 'Name', value: 'path' },
                        selectionSet: {
                          kind: 'SelectionSet',
                          selections: [
                            { kind: 'Field', name: { kind: 'Name', value: 'code' } },
                            { kind: 'Field', name: { kind: 'Name', value: 'name' } },
                            { kind: 'Field', name: { kind: 'Name', value: 'englishName' } },
                            { kind: 'Field', name: { kind: 'Name', value: 'level' } },
                          ],
                        },
                      },
                      {
                        kind: 'Field',
                        name: { kind: 'Name', value: 'serviceItems' },
                        arguments: [
                          {
                            kind: 'Argument',
                            name: { kind: 'Name', value: 'first' },
                            value: { kind: 'Variable', name: { kind: 'Name', value: 'items' } },
                          },
                        ],
                        selectionSet: {
                          kind: 'SelectionSet',
                          selections: [
                            { kind: 'Field', name: { kind: 'Name', value: 'totalCount' } },
                            {
                              kind: 'Field',
                              name: { kind: 'Name', value: 'nodes' },
                              selectionSet: {
                                kind: 'SelectionSet',
                                selections: [
                                  { kind: 'Field', name: { kind: 'Name', value: 'code' } },
                                  { kind: 'Field', name: { kind: 'Name', value: 'name' } },
                                  {
                                    kind: 'Field',
                                    name: { kind: 'Name', value: 'department' },
                                    selectionSet: {
                                      kind: 'SelectionSet',
                                      selections: [{ kind: 'Field', name: { kind: 'Name', value: 'name' } }],
                                    },
                                  },
                                ],
                              },
                            },
                          ],
                        },
                      },
                    ],
                  },
                },
              ],
            },
          },
        ],
      },
    },
  ],
} as unknown as DocumentNode<WhereIsQuery, WhereIsQueryVariables>;
export const WhoLookedAtMeDocument = {
  kind: 'Document',
  definitions: [
    {
      kind: 'OperationDefinition',
      operation: 'query',
      name: { kind: 'Name', value: 'WhoLookedAtMe' },
      variableDefinitions: [
        {
          kind: 'VariableDefinition',
          variable: { kind: 'Variable', name: { kind: 'Name', value: 'first' } },
          type: { kind: 'NamedType', name: { kind: 'Name', value: 'Int' } },
          defaultValue: { kind: 'IntValue', value: '20' },
        },
        {
          kind: 'VariableDefinition',
          variable: { kind: 'Variable', name: { kind: 'Name', value: 'after' } },
          type: { kind: 'NamedType', name: { kind: 'Name', value: 'String' } },
        },
      ],
      directives: [
        {
          kind: 'Directive',
          name: { kind: 'Name', value: 'purpose' },
          arguments: [
            {
              kind: 'Argument',
              name: { kind: 'Name', value: 'code' },
              value: { kind: 'StringValue', value: 'own-records', block: false },
            },
          ],
        },
      ],
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'me' },
            selectionSet: {
              kind: 'SelectionSet',
              selections: [
                {
                  kind: 'Field',
                  name: { kind: 'Name', value: 'accessRecords' },
                  arguments: [
                    {
                      kind: 'Argument',
                      name: { kind: 'Name', value: 'first' },
                      value: { kind: 'Variable', name: { kind: 'Name', value: 'first' } },
                    },
                    {
                      kind: 'Argument',
                      name: { kind: 'Name', value: 'after' },
                      value: { kind: 'Variable', name: { kind: 'Name', value: 'after' } },
                    },
                  ],
                  selectionSet: {
                    kind: 'SelectionSet',
                    selections: [
                      { kind: 'Field', name: { kind: 'Name', value: 'totalCount' } },
                      {
                        kind: 'Field',
                        name: { kind: 'Name', value: 'nodes' },
                        selectionSet: {
                          kind: 'SelectionSet',
                          selections: [
                            { kind: 'Field', name: { kind: 'Name', value: 'id' } },
                            { kind: 'Field', name: { kind: 'Name', value: 'at' } },
                            { kind: 'Field', name: { kind: 'Name', value: 'event' } },
                            {
                              kind: 'Field',
                              name: { kind: 'Name', value: 'actor' },
                              selectionSet: {
                                kind: 'SelectionSet',
                                selections: [
                                  {
                                    kind: 'Field',
                                    name: { kind: 'Name', value: 'kind' },
                                    selectionSet: {
                                      kind: 'SelectionSet',
                                      selections: [
                                        { kind: 'Field', name: { kind: 'Name', value: 'code' } },
                                        { kind: 'Field', name: { kind: 'Name', value: 'zh' } },
                                        { kind: 'Field', name: { kind: 'Name', value: 'en' } },
                                      ],
                                    },
                                  },
                                  { kind: 'Field', name: { kind: 'Name', value: 'isSelf' } },
                                  { kind: 'Field', name: { kind: 'Name', value: 'departmentCode' } },
                                  {
                                    kind: 'Field',
                                    name: { kind: 'Name', value: 'department' },
                                    selectionSet: {
                                      kind: 'SelectionSet',
                                      selections: [
                                        { kind: 'Field', name: { kind: 'Name', value: 'code' } },
                                        { kind: 'Field', name: { kind: 'Name', value: 'name' } },
                                      ],
                                    },
                                  },
                                  {
                                    kind: 'Field',
                                    name: { kind: 'Name', value: 'onBehalfOf' },
                                    selectionSet: {
                                      kind: 'SelectionSet',
                                      selections: [
                                        { kind: 'Field', name: { kind: 'Name', value: 'uscc' } },
                                        { kind: 'Field', name: { kind: 'Name', value: 'name' } },
                                      ],
                                    },
                                  },
                                ],
                              },
                            },
                            {
                              kind: 'Field',
                              name: { kind: 'Name', value: 'purpose' },
                              selectionSet: {
                                kind: 'SelectionSet',
                                selections: [
                                  { kind: 'Field', name: { kind: 'Name', value: 'code' } },
                                  { kind: 'Field', name: { kind: 'Name', value: 'zh' } },
                                  { kind: 'Field', name: { kind: 'Name', value: 'en' } },
                                ],
                              },
                            },
                            { kind: 'Field', name: { kind: 'Name', value: 'legalBasis' } },
                            { kind: 'Field', name: { kind: 'Name', value: 'itemCode' } },
                            { kind: 'Field', name: { kind: 'Name', value: 'caseNumber' } },
                            {
                              kind: 'Field',
                              name: { kind: 'Name', value: 'shown' },
                              selectionSet: {
                                kind: 'SelectionSet',
                                selections: [
                                  { kind: 'Field', name: { kind: 'Name', value: 'codes' } },
                                  { kind: 'Field', name: { kind: 'Name', value: 'zh' } },
                                  { kind: 'Field', name: { kind: 'Name', value: 'en' } },
                                ],
                              },
                            },
                            {
                              kind: 'Field',
                              name: { kind: 'Name', value: 'masked' },
                              selectionSet: {
                                kind: 'SelectionSet',
                                selections: [
                                  { kind: 'Field', name: { kind: 'Name', value: 'codes' } },
                                  { kind: 'Field', name: { kind: 'Name', value: 'zh' } },
                                  { kind: 'Field', name: { kind: 'Name', value: 'en' } },
                                ],
                              },
                            },
                            {
                              kind: 'Field',
                              name: { kind: 'Name', value: 'denied' },
                              selectionSet: {
                                kind: 'SelectionSet',
                                selections: [
                                  { kind: 'Field', name: { kind: 'Name', value: 'codes' } },
                                  { kind: 'Field', name: { kind: 'Name', value: 'zh' } },
                                  { kind: 'Field', name: { kind: 'Name', value: 'en' } },
                                ],
                              },
                            },
                            { kind: 'Field', name: { kind: 'Name', value: 'systems' } },
                            { kind: 'Field', name: { kind: 'Name', value: 'operationName' } },
                            { kind: 'Field', name: { kind: 'Name', value: 'requestId' } },
                            {
                              kind: 'Field',
                              name: { kind: 'Name', value: 'proof' },
                              selectionSet: {
                                kind: 'SelectionSet',
                                selections: [
                                  { kind: 'Field', name: { kind: 'Name', value: 'leafIndex' } },
                                  { kind: 'Field', name: { kind: 'Name', value: 'treeSize' } },
                                  { kind: 'Field', name: { kind: 'Name', value: 'auditPath' } },
                                  { kind: 'Field', name: { kind: 'Name', value: 'salt' } },
                                  { kind: 'Field', name: { kind: 'Name', value: 'entry' } },
                                  { kind: 'Field', name: { kind: 'Name', value: 'checkpoint' } },
                                  { kind: 'Field', name: { kind: 'Name', value: 'keys' } },
                                ],
                              },
                            },
                          ],
                        },
                      },
                      {
                        kind: 'Field',
                        name: { kind: 'Name', value: 'pageInfo' },
                        selectionSet: {
                          kind: 'SelectionSet',
                          selections: [
                            { kind: 'Field', name: { kind: 'Name', value: 'hasNextPage' } },
                            { kind: 'Field', name: { kind: 'Name', value: 'endCursor' } },
                          ],
                        },
                      },
                    ],
                  },
                },
              ],
            },
          },
        ],
      },
    },
  ],
} as unknown as DocumentNode<WhoLookedAtMeQuery, WhoLookedAtMeQueryVariables>;
