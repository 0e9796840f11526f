const SHOWN = '[secret]';

/** A text that shows itself as `[secret]` wherever it is printed, inspected or made JSON. */
export interface Secret {
  readonly reveal: () => string;
  readonly toString: () => string;
  readonly toJSON: () => string;
}

const shown = (): string => SHOWN;

/** Hides `text`. */
export const secret = (text: string): Secret =>
  Object.freeze({
    reveal: () => text,
    toString: shown,
    toJSON: shown,
    [Symbol.for('nodejs.util.inspect.custom')]: shown,
  });
