import { PURPOSES, isPurposeCode } from '../../kernel/purposes.ts';
import type { DisclosureLabel, Subject } from './label.ts';
import type { Sensitivity } from './register.ts';

const SENSITIVITIES: Readonly<Record<Sensitivity, string>> = {
  1: '1 公开 public',
  2: '2 内部 internal',
  3: '3 敏感 sensitive',
  4: '4 核心 core',
};

const SUBJECT_TITLES: Readonly<Record<Subject, string>> = {
  SELF: '本人 self',
  OWN_RECORDS: '本人名下记录 own records',
  ASKED_FOR: '按条件 whoever is asked for',
};

/** A label for people to read: Chinese and English, in columns. */
export function labelText({ operation, purpose, fields, uses }: DisclosureLabel): string {
  const why = purpose === null ? '未声明 none declared' : isPurposeCode(purpose) ? `${purpose} (${PURPOSES[purpose]})` : purpose;
  const strays = fields.filter(({ isForPurpose }) => !isForPurpose).length;
  const fetches = uses.reduce((sum, use) => sum + use.fetches, 0);
  return [
    `披露标签 Disclosure label: ${operation || '未命名 unnamed'}`,
    '',
    `目的 Purpose        ${why}`,
    `个人字段 Personal   ${fields.length}${strays > 0 ? `，其中目的不符 of which not for this purpose: ${strays}` : ''}`,
    `子图请求 Fetches    ${fetches}`,
    '',
    ...(fields.length === 0
      ? ['不显示个人字段。 Shows no personal field.']
      : columns([
          [
            '字段 Field',
            '级别 Level',
            '类别 Category',
            '脱敏 Mask',
            '合目的 For purpose',
            '涉及谁 Whose',
            '系统 System',
            '所有者 Owner',
          ],
          ...fields.map(({ coordinate, sensitivity, category, mask, isForPurpose, subjects, system, owner }) => [
            coordinate,
            SENSITIVITIES[sensitivity],
            category,
            mask ?? '–',
            isForPurpose ? '是 yes' : '否 NO',
            subjects.map((subject) => SUBJECT_TITLES[subject]).join('; '),
            system ?? '–',
            owner ?? '–',
          ]),
        ])),
    '',
    ...columns([
      ['子图 Subgraph', '请求数 Fetches', '字段来源系统 Systems of its fields'],
      ...uses.map((use) => [use.subgraph, String(use.fetches), use.systems.join(', ') || '–']),
    ]),
  ].join('\n');
}

/** Rows of equal length as lines; the first is the heading. */
function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => widthOf(row[column] ?? ''))));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - widthOf(cell)))
      .join('  ')
      .trimEnd();
  const [heading, ...body] = rows.map(line);
  return [heading ?? '', widths.map((width) => '─'.repeat(width)).join('  '), ...body];
}

/** Places that a text takes in a terminal: Chinese characters and their punctuation take two. */
const widthOf = (text: string): number =>
  [...text].reduce((width, character) => width + (/[\p{Script=Han}\u3000-\u303f\uff00-\uff60]/u.test(character) ? 2 : 1), 0);
