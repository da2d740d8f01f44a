using System.Globalization;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Runs.Store;

namespace MatterStack.Engine.Evidence.RoCrate;

/// <summary>Writes what an attempt used, as <c>resourceUsage</c> of its action (Provenance Run Crate). What is not known is left
/// out.</summary>
internal static class RoCrateUsage
{
    private const string Seconds = "https://qudt.org/vocab/unit/SEC";
    private const string Bytes = "https://qudt.org/vocab/unit/BYTE";

    /// <summary>Ids of the values of an attempt.</summary>
    public static IEnumerable<string> ListIds(AttemptRow row) => ListValues(row).Select(value => GetId(row, value.Name));

    /// <summary>Writes the values of an attempt.</summary>
    public static void Write(RoCrateJson crate, AttemptRow row)
    {
        foreach (var (name, value, unit) in ListValues(row))
        {
            crate.WriteEntity(GetId(row, name), "PropertyValue", () =>
            {
                crate.WriteText("name", name);
                crate.WriteText("value", value);
                crate.WriteText("unitCode", unit);
            });
        }
    }

    private static IEnumerable<(string Name, string Value, string? Unit)> ListValues(AttemptRow row)
    {
        if (row.Usage is not { } usage)
        {
            yield break;
        }

        if (usage.QueueTime is { } queue)
        {
            yield return ("queue time", Format(queue), Seconds);
        }

        if (usage.WallTime is { } wall)
        {
            yield return ("wall time", Format(wall), Seconds);
        }

        if (usage.CpuTime is { } cpu)
        {
            yield return ("CPU time", Format(cpu), Seconds);
        }

        if (usage.PeakMemoryBytes is { } memory)
        {
            yield return ("peak memory of the largest process", memory.ToString(CultureInfo.InvariantCulture), Bytes);
        }

        if (usage is { Source: not (UsageSource.None or UsageSource.Pending) })
        {
            yield return ("source of usage", usage.Source.ToText(), null);
        }
    }

    private static string GetId(AttemptRow row, string name) => $"#usage-{row.AttemptId}-{name.Replace(' ', '-')}";

    private static string Format(TimeSpan time) => time.TotalSeconds.ToString("0.######", CultureInfo.InvariantCulture);
}
