using System.Globalization;

namespace MatterStack.Benchmarks;

/// <summary>A measured figure beside the floor that was measured in the same run.</summary>
/// <param name="What">What was measured.</param>
/// <param name="Value">The figure.</param>
/// <param name="Floor">What it is compared with; null if it stands alone.</param>
/// <param name="Unit">Unit of all.</param>
/// <param name="Bar">What we want to hold.</param>
internal sealed record Figure(string What, double Value, double? Floor, string Unit, string Bar)
{
    /// <summary>Processor time for <see cref="Value"/>; null for what is no time.</summary>
    public double? Cpu { get; init; }

    /// <summary>Processor time for <see cref="Floor"/>.</summary>
    public double? CpuFloor { get; init; }

    public static string Heading =>
        "| what | wall | floor | ratio | CPU | floor | ratio | unit | bar |\n|---|---:|---:|---:|---:|---:|---:|---|---|";

    /// <param name="what">What was measured.</param>
    /// <param name="cost">What it took, in seconds.</param>
    /// <param name="floor">What the floor took.</param>
    /// <param name="milliseconds">Whether to show milliseconds.</param>
    /// <param name="bar">What we want to hold.</param>
    public static Figure Time(string what, Cost cost, Cost? floor, bool milliseconds, string bar)
    {
        var unit = milliseconds ? 1000 : 1;
        return new(what, cost.Wall * unit, floor?.Wall * unit, milliseconds ? "ms" : "s", bar)
        {
            Cpu = cost.Cpu * unit,
            CpuFloor = floor?.Cpu * unit,
        };
    }

    public override string ToString() =>
        $"| {What} | {Text(Value)} | {Text(Floor)} | {Text(Value / Floor, "0.00")} | {Text(Cpu)} | {Text(CpuFloor)} | "
        + $"{Text(Cpu / CpuFloor, "0.00")} | {Unit} | {Bar} |";

    private static string Text(double? value, string format = "0.000") =>
        value is { } number ? number.ToString(number >= 100 ? "0" : format, CultureInfo.InvariantCulture) : "";
}
