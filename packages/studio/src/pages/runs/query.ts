/** What the list of runs is asked for; it stands in the address, so that it can be kept and sent. */
export interface ListQuery {
  readonly search: string;
  readonly where: readonly string[];
  readonly sort: string | undefined;
  readonly isDescending: boolean;
}

export function queryOf(parameters: URLSearchParams): ListQuery {
  const sort = parameters.get("sort") ?? undefined;
  return {
    search: parameters.get("search") ?? "",
    where: parameters.getAll("where"),
    sort,
    isDescending: sort === undefined || parameters.get("order") === "desc",
  };
}

const form = /^\s*([\w.@ -]*?[\w@])\s*(<=|>=|!=|<|>|=)\s*(.*?)\s*$/;

/** A condition without needless spaces: "test.accuracy>=0.98"; undefined for what is none. */
export function conditionOf(text: string): string | undefined {
  const [, name, operator, value] = form.exec(text) ?? [];
  return name && operator && value ? `${name}${operator}${value}` : undefined;
}

/** The value that conditions ask of a field by "="; undefined where none does. */
export function wantedOf(where: readonly string[], field: string): string | undefined {
  return where.find((each) => each.startsWith(`${field}=`))?.slice(field.length + 1);
}

/** The conditions with another value of a field; "" asks for none. */
export function wanting(where: readonly string[], field: string, value: string): string[] {
  const others = where.filter((each) => !each.startsWith(`${field}=`));
  return value === "" ? others : [...others, `${field}=${value}`];
}
