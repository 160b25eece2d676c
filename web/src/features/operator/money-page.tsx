import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { Download } from "lucide-react";
import { moneyCsv, moneyQuery } from "../../api/queries/operator";
import { planName } from "../../domain/plan";
import { dayOf } from "../../lib/dates";
import { useNow } from "../../lib/hooks";
import { formatCount } from "../../lib/money";
import { addMonths, monthOf, nameOfMonth } from "../../lib/months";
import { Badge } from "../../ui/badge";
import { Button } from "../../ui/button";
import { Select } from "../../ui/select";
import { costOf, incomeOf, marginOf, nearOf } from "./books";
import { cellClasses, numberClasses, rowClasses, TablePage } from "./table";

const columns = [
  { label: "Organisation" },
  { label: "Plan", wide: true },
  { label: "Mails", number: true, wide: true },
  { label: "Paid", number: true },
  { label: "AI cost", number: true },
  { label: "Margin", number: true },
  { label: "Near a limit now" },
];

/** How many months there are to choose from. */
const choice = 24;

/** What each organisation paid and cost in a month, and who is near a limit. */
export function MoneyPage({ month: chosen }: { month?: string }) {
  const navigate = useNavigate();
  const today = dayOf(useNow());
  const now = monthOf(today);
  const month = chosen ?? now;
  const money = useQuery({ ...moneyQuery(month), placeholderData: keepPreviousData });
  const months = Array.from({ length: choice }, (_, i) => addMonths(now, -i));
  if (!months.includes(month)) months.push(month);
  const data = money.data;
  return (
    <TablePage
      title="Money"
      note="What was paid in a month less what models cost in it, in each organisation's time zone. Currencies are never added up. Of who does not pay by the payment provider, it is what projectr org paid wrote down."
      tools={
        <>
          <Select
            aria-label="Month"
            value={month}
            onChange={({ target }) =>
              navigate({
                to: "/operator/money",
                search: target.value === now ? {} : { month: target.value },
                replace: true,
              })
            }
          >
            {months.map((m) => (
              <option key={m} value={m}>
                {nameOfMonth(m, today)}
              </option>
            ))}
          </Select>
          <Button asChild className="max-md:h-11">
            <a href={moneyCsv(month)} download>
              <Download aria-hidden />
              CSV
            </a>
          </Button>
        </>
      }
      what="The month"
      empty="No organisation yet."
      query={money}
      columns={columns}
      row={(o) => (
        <tr key={o.id} className={rowClasses}>
          <td className={cellClasses}>
            <Link
              to="/operator/organisations/$id"
              params={{ id: o.id }}
              className="font-medium hover:underline"
            >
              {o.name}
            </Link>
          </td>
          <td className={`${cellClasses} max-lg:hidden`}>{planName(o.plan)}</td>
          <td className={`${numberClasses} max-lg:hidden`}>{formatCount(o.month.emails)}</td>
          <td className={numberClasses}>{incomeOf(o.month)}</td>
          <td className={numberClasses}>{costOf(o.month)}</td>
          <td className={numberClasses}>{marginOf(o.month)}</td>
          <td className={cellClasses}>
            <span className="flex gap-1">
              {o.near.map((near) => {
                const { label, tone } = nearOf(near);
                return (
                  <Badge key={near.of} tone={tone}>
                    {label}
                  </Badge>
                );
              })}
            </span>
          </td>
        </tr>
      )}
      sum={
        data && data.items.length > 1 ? (
          <tr className={`${rowClasses} font-medium`}>
            <th scope="row" className={`${cellClasses} text-left font-medium`}>
              All
            </th>
            <td className="max-lg:hidden" />
            <td className={`${numberClasses} max-lg:hidden`}>{formatCount(data.sum.emails)}</td>
            <td className={numberClasses}>{incomeOf(data.sum)}</td>
            <td className={numberClasses}>{costOf(data.sum)}</td>
            <td className={numberClasses}>{marginOf(data.sum)}</td>
            <td />
          </tr>
        ) : undefined
      }
      foot={data ? `Calls of models are priced by the list ${data.prices}.` : undefined}
    />
  );
}
