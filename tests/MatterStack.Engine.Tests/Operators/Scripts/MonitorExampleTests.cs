using System.Diagnostics;
using System.Text.RegularExpressions;

namespace MatterStack.Engine.Tests.Operators.Scripts;

/// <summary>The monitors of docs/watching.md decide about real kinds of output as the page says.</summary>
[TestClass]
[OSCondition(OperatingSystems.Linux)]
public sealed partial class MonitorExampleTests : IDisposable
{
    private const string Thermo = "LAMMPS (29 Sep 2021)\n   Step          Temp          TotEng\n";
    private readonly TempFolder _folder = new(inMemory: true);

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    [DataRow("", 0, "")]
    [DataRow(Thermo, 0, "", DisplayName = "no step yet")]
    [DataRow(Thermo + "         0   300           -13442.5\n       100   312.1         -13441.9\n", 0, "")]
    [DataRow(Thermo + "0 300 -13442.5\n100 1e9 1.5e+12\n", 1, "the total energy is 1.5e+12 at step 100")]
    [DataRow(Thermo + "0 300 -13442.5\n200 nan -nan\n", 1, "the total energy is -nan at step 200")]
    [DataRow(Thermo + "0 300 nan\nLoop time of 0.5 on 1 procs\n7 8 9\n" + Thermo + "0 300 -1.5\n", 0, "")]
    public void The_one_for_molecular_dynamics_ends_an_explosion(string log, int code, string said) =>
        AssertDecision("watch-md.sh", "log.lammps", log, code, said);

    [TestMethod]
    [DataRow(25, 0, 0, "", DisplayName = "it converges")]
    [DataRow(5, 19, 0, "", DisplayName = "not yet")]
    [DataRow(5, 20, 1, "no better than 0.0625 Ry for 20 iterations", DisplayName = "it oscillates")]
    public void The_one_for_a_self_consistent_cycle_ends_an_oscillation(int better, int worse, int code, string said) =>
        AssertDecision(
            "watch-scf.sh",
            "scf.out",
            "     Self-consistent Calculation\n"
                + string.Concat(
                    Enumerable
                        .Range(0, better)
                        .Select(static n => Math.Pow(0.5, n))
                        .Concat(Enumerable.Range(0, worse).Select(static n => 0.1 + (n % 2)))
                        .Select(static value => FormattableString.Invariant($"     estimated scf accuracy    <  {value:0.0000####} Ry\n"))
                ),
            code,
            said
        );

    private void AssertDecision(string script, string file, string content, int code, string said)
    {
        var page = File.ReadAllText(Path.Combine(Repository.Folder, "docs", "watching.md"));
        _folder.Write(
            script,
            ExampleRegex()
                .Matches(page)
                .Select(static match => match.Groups[1].Value)
                .Single(text => text.StartsWith("# " + script, StringComparison.Ordinal))
        );
        if (content.Length > 0)
        {
            _folder.Write(file, content);
        }

        using var process = Process.Start(
            new ProcessStartInfo("sh", [script]) { WorkingDirectory = _folder.Path, RedirectStandardOutput = true }
        )!;
        Assert.AreEqual(said, process.StandardOutput.ReadToEnd().Trim());
        process.WaitForExit();
        Assert.AreEqual(code, process.ExitCode);
    }

    [GeneratedRegex("```sh\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex ExampleRegex();
}
