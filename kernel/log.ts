import { pino, type DestinationStream, type Logger } from 'pino';

export type Log = Pick<Logger, 'info' | 'warn' | 'error' | 'debug'>;

const SECRETS: readonly (readonly [RegExp, string | ((found: string) => string)])[] = [
  [/eyJ[\w-]+\.[\w-]+\.?[\w-]*(\.[\w-]*)*/g, '[token]'],
  [/([Bb](?:earer|asic) +)[\w.~+/-]+=*/g, '$1[token]'],
  [
    // Between name and value also what JSON inside JSON has: a backslash before each quotation mark.
    /((?:access_token|app_secret|client_secret|password|credential|tokenid|ticket|auth_code|signature|authorization)(?:=|\\*"\s*:\s*\\*"))[^&"\s\\]+/gi,
    '$1[secret]',
  ],
  [/(?<!\d)\d{17}[\dXx](?![\dA-Za-z])/g, '[identity-number]'],
  [/(?<!\d)\d{15}(?!\d)/g, '[identity-number]'],
  [
    // The ids of requests may hold as many digits by chance.
    /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}|(?<!\d)(?:(?:(?:\+|00)?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}|0\d{2,3}-\d{7,8})(?!\d)/g,
    (found) => (found.length === UUID_LENGTH ? found : '[telephone]'),
  ],
];

const UUID_LENGTH = 36;

/** The hundred and some commonest family names of the country and of the district, which nine of ten people bear. */
const FAMILY_NAMES =
  '(?:欧阳|上官|司徒|诸葛|[王李张刘陈杨黄赵周吴徐孙朱马胡郭林何高梁郑罗宋谢唐韩曹许邓萧冯曾程蔡彭潘袁于董余苏叶吕魏蒋田杜丁沈姜范江傅钟卢汪戴崔任陆廖姚方金邱夏谭韦贾邹石熊孟秦阎薛侯雷白龙段郝孔邵史毛常万顾赖武康贺严尹钱施牛洪龚汤陶黎温莫易樊乔文安殷颜庄章鲁倪庞邢俞翟蓝聂丘向柳凌饶巫古池管])';

/** Words of systems after which a person stands. */
const HOLDER_WORDS =
  '(?:姓名|持证人|持有人|申请人|当事人|法定代表人|联系人|缴款人|付款人|经办人员?|办理人|操作员|用户|市民|居民)';

const NAMES: readonly (readonly [RegExp, string])[] = [
  [new RegExp(String.raw`((?:\w*name|xm)\\*"\s*:\s*\\*")[^"\\]+`, 'gi'), '$1[name]'],
  [new RegExp(String.raw`(${HOLDER_WORDS}[\s:：=为是"'“「\\]*)${FAMILY_NAMES}\p{sc=Han}{1,2}`, 'gu'), '$1[name]'],
  [new RegExp(String.raw`(?<!\p{sc=Han})${FAMILY_NAMES}\p{sc=Han}{1,2}(?!\p{sc=Han})`, 'gu'), '[name]'],
];

const HAN = /\p{sc=Han}/u;

const replaced = (line: string, [pattern, mask]: (typeof SECRETS)[number]): string =>
  typeof mask === 'string' ? line.replace(pattern, mask) : line.replace(pattern, mask);

/**
 * Removes identity numbers, telephone numbers, tokens, secrets and Chinese names from a finished log line.
 * It works on the text, so that nothing slips through under an unforeseen field name. A name is known by its field, by the word
 * before it or by standing alone, and by a common family name: one in the middle of a sentence is not found, which is why no text
 * of ours holds any, and a word that begins like a name may be taken for one.
 */
export function scrub(line: string): string {
  const scrubbed = SECRETS.reduce(replaced, line);
  return HAN.test(scrubbed) ? NAMES.reduce(replaced, scrubbed) : scrubbed;
}

/** A JSON log, one line per event, scrubbed on the final line. */
export function createLog({ level, destination }: { level: string; destination?: DestinationStream }): Log {
  const options = { level, base: null, timestamp: () => `,"time":"${new Date().toISOString()}"`, hooks: { streamWrite: scrub } };
  return destination ? pino(options, destination) : pino(options, pino.destination({ dest: 2, sync: false }));
}

/** Swallows everything; for tests. */
export const silentLog: Log = pino({ level: 'silent' });
