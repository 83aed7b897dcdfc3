/**
 * A text area in which a policy is written, with line numbers, what is wrong marked where it stands, and statements that
 * are pointed at in a band. Keys do what they do in any text area: Tab leads on.
 *
 * It promises to draw only the lines that are to be seen, so that a megabyte is as quick as ten lines.
 */

import './policy-editor.css';
import { type Ref, useImperativeHandle, useMemo, useRef, useState } from 'react';
import type { Finding } from '../../../src/iam/lint/finding.ts';
import type { Place } from '../../../src/iam/policy/json.ts';
import { lineStarts, offsetOf, screenColumn, tokenLength } from './text-lines.ts';

export type EditorHandle = {
  /** Puts the cursor there, so that it is to be seen. */
  goTo(place: Place): void;
};

/** Lines, counted from 1, both of them pointed at. */
export type Band = { from: number; to: number };

type Props = {
  text: string;
  /** Of this very text; of another one they would stand at wrong places. */
  findings: readonly Finding[];
  band: Band | undefined;
  handle: Ref<EditorHandle>;
  onChange(text: string): void;
};

const LINE = 20;
const PADDING = 8;
const TAB = 2;
/** Above and below what is to be seen. */
const MORE_LINES = 5;

export function PolicyEditor({ text, findings, band, handle, onChange }: Props) {
  const area = useRef<HTMLTextAreaElement>(null);
  const [scroll, setScroll] = useState({ top: 0, left: 0, height: 600 });
  const starts = useMemo(() => lineStarts(text), [text]);
  useImperativeHandle(
    handle,
    () => ({
      goTo(place) {
        const at = offsetOf(starts, place);
        area.current?.focus();
        area.current?.setSelectionRange(at, at);
        if (area.current) area.current.scrollTop = Math.max(0, (place.line - 6) * LINE);
      },
    }),
    [starts],
  );
  const first = Math.max(1, Math.floor((scroll.top - PADDING) / LINE) - MORE_LINES);
  const last = Math.min(starts.length, first + Math.ceil(scroll.height / LINE) + 2 * MORE_LINES);
  const shown = findings.filter(({ place }) => place.line >= first && place.line <= last);
  const topOf = (line: number) => PADDING + (line - 1) * LINE - scroll.top;
  return (
    <div className="policy-editor">
      <div className="policy-gutter" aria-hidden="true">
        {Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => {
          const line = first + index;
          const worst = worstOf(shown.filter(({ place }) => place.line === line));
          return (
            <div key={line} className={worst && `policy-${worst}`} style={{ top: topOf(line) }}>
              {worst && SIGNS[worst]} {line}
            </div>
          );
        })}
      </div>
      <div className="policy-marks" aria-hidden="true">
        {band && (
          <div className="policy-band" style={{ top: topOf(band.from), height: (band.to - band.from + 1) * LINE }} />
        )}
        {shown.map((finding) => {
          const { line, column } = finding.place;
          const start = starts[line - 1] ?? 0;
          const before = screenColumn(text.slice(start, start + Math.min(column - 1, WIDEST)), column - 1, TAB);
          const length = tokenLength(text, start + column - 1);
          return (
            <div
              key={`${finding.rule} ${line} ${column}`}
              className={`policy-underline policy-${finding.severity}`}
              style={{
                top: topOf(line),
                left: `calc(${before}ch + ${PADDING - scroll.left}px)`,
                width: `${length}ch`,
              }}
            />
          );
        })}
      </div>
      <textarea
        ref={area}
        aria-label="Policy document"
        aria-invalid={findings.some(({ severity }) => severity === 'error')}
        value={text}
        spellCheck={false}
        autoComplete="off"
        autoCapitalize="off"
        wrap="off"
        onChange={(event) => onChange(event.target.value)}
        onScroll={({ currentTarget: { scrollTop, scrollLeft, clientHeight } }) =>
          setScroll({ top: scrollTop, left: scrollLeft, height: clientHeight })
        }
      />
    </div>
  );
}

/** Columns; what is further right is marked there. */
const WIDEST = 10_000;

const SIGNS = { error: '✖', warning: '▲', note: '●' };
const WORST = ['error', 'warning', 'note'] as const;

function worstOf(findings: readonly Finding[]) {
  return WORST.find((severity) => findings.some((finding) => finding.severity === severity));
}
