/** An object whose properties may be undefined, without those that are: absent stands for "not given" wherever JSON leaves. */
export type Present<T extends object> = {
  [name in keyof T as undefined extends T[name] ? never : name]: T[name];
} & { [name in keyof T as undefined extends T[name] ? name : never]?: Exclude<T[name], undefined> };

/** The properties of an object that are not undefined; values are not looked into. */
export function present<T extends object>(object: T): Present<T> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as Present<T>;
}
