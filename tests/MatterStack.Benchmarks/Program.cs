using System.Globalization;
using MatterStack.Benchmarks;

// dotnet run -c Release --project tests/MatterStack.Benchmarks [NAME…]: all figures, or those whose name begins with one of the words.
var benchmarks = new (string Name, Func<IEnumerable<Figure>> Measure)[]
{
    ("step", DotnetCommands.NoOpStep),
    ("clone", DotnetCommands.FreshClone),
    ("local-1000", () => LocalTasks.Measure(1_000, 3)),
    ("local-10000", () => LocalTasks.Measure(10_000, 1)),
};

Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{"what",-60} {"figure",10} {"floor",10} {"ratio",7}  unit  bar"));
foreach (var (_, measure) in benchmarks.Where(b => args.Length == 0 || args.Any(a => b.Name.StartsWith(a, StringComparison.Ordinal))))
{
    foreach (var figure in measure())
    {
        var ratio = figure.Floor is { } floor ? (figure.Value / floor).ToString("0.00", CultureInfo.InvariantCulture) : "";
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{figure.What,-60} {figure.Value,10:0.000} {figure.Floor,10:0.000} {ratio,7}  {figure.Unit,-4}  {figure.Bar}"));
    }
}
