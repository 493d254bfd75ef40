import { createHash } from 'node:crypto';
import { equalText } from './equalText.ts';
import { MODELLED_SKEW_MS, timestampAt, timestampMs } from './freshness.ts';
import { jsonObject, textField } from './jsonObject.ts';
import { refused } from './scheme.ts';
import type { SigningScheme } from './scheme.ts';

/** One query service of the platform together with the application that may use it. */
export interface NationalLinkCredentials {
  readonly appKey: string;
  readonly appSecret: string;
  readonly serviceName: string;
  /** Issued per service. */
  readonly serviceKey: string;
  /** The caller's channel. */
  readonly from: string;
}

/**
 * The national service platform's link form: everything stands in the query parameter `param`, a JSON object with the
 * business fields, two time stamps and two MD5 signatures. They cover the service and the application, **not the business
 * fields**, and there is no nonce: a repeated or changed question passes. Fit for public, read-only data alone.
 *
 * `sign` takes the business fields as the JSON object in `param`, empty when there is none.
 *
 * @see Public clients of app.gjzwfw.gov.cn/jimps/link.do; the accepted clock difference is [modelled].
 */
export const nationalLink = (): SigningScheme<NationalLinkCredentials> => ({
  name: 'nationalLink',

  sign(unsigned, credentials, { nowMs }) {
    const fields = jsonObject(unsigned.query['param'] ?? '{}');
    if (fields === null) throw new TypeError('The query parameter param must be a JSON object of the business fields.');
    const time = timestampAt(nowMs, 'milliseconds');
    const param = JSON.stringify({
      ...fields,
      from: credentials.from,
      key: credentials.serviceKey,
      requestTime: time,
      sign: serviceSign(credentials, time),
      zj_ggsjpt_app_key: credentials.appKey,
      zj_ggsjpt_time: time,
      zj_ggsjpt_sign: applicationSign(credentials, time),
    });
    return { ...unsigned, query: { ...unsigned.query, param } };
  },

  async verify(received, credentialsOf, { nowMs }) {
    const param = jsonObject(received.query['param'] ?? '') ?? {};
    const text = (name: string): string => textField(param, name) ?? '';
    const [requestTime, time] = [text('requestTime'), text('zj_ggsjpt_time')];
    const sentMs = [timestampMs(requestTime, 'milliseconds'), timestampMs(time, 'milliseconds')];
    const present = ['from', 'key', 'sign', 'zj_ggsjpt_app_key', 'zj_ggsjpt_sign'].every((name) => text(name) !== '');
    if (!present || sentMs.includes(null)) return refused('MISSING');

    const credentials = await credentialsOf(text('zj_ggsjpt_app_key'));
    if (credentials === null) return refused('UNKNOWN_CALLER');
    if (sentMs.some((ms) => Math.abs(nowMs - (ms ?? 0)) > MODELLED_SKEW_MS)) return refused('SKEW');

    const genuine = [
      equalText(text('from'), credentials.from),
      equalText(text('key'), credentials.serviceKey),
      equalText(text('sign'), serviceSign(credentials, requestTime)),
      equalText(text('zj_ggsjpt_sign'), applicationSign(credentials, time)),
    ];
    return genuine.includes(false) ? refused('MISMATCH') : { ok: true, credentials, request: received };
  },
});

const serviceSign = ({ serviceName }: NationalLinkCredentials, time: string): string => md5(serviceName + time);

const applicationSign = ({ appKey, appSecret }: NationalLinkCredentials, time: string): string => md5(appKey + appSecret + time);

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');
