/** Names that people read: something of them is seen, and nothing of them reorders what stands around. */
import { Type, type TString, type TStringOptions } from 'typebox';

/**
 * What shows nothing: blanks, and what Unicode lets a renderer ignore, such as the Hangul fillers. A
 * private or a future character may show something, and a mark does.
 */
const INVISIBLE = /^[\s\u2800\p{Zs}\p{Cc}\p{Cf}\p{Cs}\p{Default_Ignorable_Code_Point}]*$/u;
/** Control characters, but those that are blanks, and the overrides and isolates of a direction. */
const CONTROLS = /[[\p{Cc}--[\s\u0085]]\u202a-\u202e\u2066-\u2069]/v;

function isVisible(text: string): boolean {
  return !INVISIBLE.test(text);
}

function isOptional(text: string): boolean {
  return text.trim() === '' || isVisible(text);
}

const refuseControls = () =>
  'must not hold control characters or overrides of the direction of text';
const refuseInvisible = () => 'must have a visible character';

/** The schema of a name that may be left empty, but shows something where it is not. */
export function OptionalName(options: TStringOptions): TString {
  const safe = Type.Refine(Type.String(options), (text) => !CONTROLS.test(text), refuseControls);
  return Type.Refine(safe, isOptional, refuseInvisible);
}

/** The schema of names with commas between, each of which may be left empty. */
export function OptionalNames(options: TStringOptions): TString {
  return Type.Refine(
    OptionalName(options),
    (text) => text.split(',').every(isOptional),
    refuseInvisible,
  );
}

/** The schema of a name; blanks and invisible characters alone are none. */
export function Name(options: TStringOptions): TString {
  return Type.Refine(OptionalName(options), isVisible, refuseInvisible);
}
