/** kube-vip's settings by the names of its environment variables, and what could not be read. */
export interface Settings {
  readonly values: ReadonlyMap<string, string>;
  readonly notes: readonly string[];
}

/** Go's `strconv.ParseBool`, which kube-vip uses. */
export const isTrue = (value: string | undefined): boolean => /^(1|t|T|TRUE|true|True)$/.test(value ?? '');

/** A value that says something: set, and not plainly off. */
export const isSet = (value: string | undefined): value is string =>
  value !== undefined && !/^\s*(0|false)?\s*$/i.test(value);

/** Elements of a comma list, trimmed, empty ones left out. */
export const commaList = (value: string | undefined): readonly string[] =>
  (value ?? '')
    .split(',')
    .map((element) => element.trim())
    .filter((element) => element !== '');
