using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Wiring.Parsing;
using MatterStack.Engine.Wiring.Resolving;

namespace MatterStack.Engine.Tests.Wiring;

[TestClass]
public sealed class WiringDiffTests
{
    [TestMethod]
    public void Differences_are_reported_per_key_and_field()
    {
        var before = Parse(
            """
            operators:
              hpc.default: { kind: hpc, max_concurrent: 5, backend: { type: slurm, slurm: { partition: p, modules: [a] } } }
              human.default: { kind: human }
              local.default: { kind: local }
            """
        );
        var after = Parse(
            """
            defaults: { max_concurrent_global: 9 }
            operators:
              hpc.default: { kind: hpc, backend: { type: slurm, slurm: { partition: q, modules: [a], account: x } } }
              experiment.coater: { kind: experiment }
              local.default: { kind: local, backend: { type: local } }
            """
        );

        var told = WiringDiff
            .Compare(before, after)
            .Select(static one => $"{one.Key?.Value} {one.Field}: {one.Before} -> {one.After}{(one.AffectsResults ? " !" : "")}")
            .ToArray();

        CollectionAssert.AreEqual(
            new[]
            {
                " defaults.max_concurrent_global:  -> 9",
                "experiment.coater (operator):  -> experiment !",
                "hpc.default backend.slurm.account:  -> \"x\"",
                "hpc.default backend.slurm.partition: \"p\" -> \"q\" !",
                "hpc.default max_concurrent: 5 -> ",
                "human.default (operator): human ->  !",
            },
            told
        );
    }

    [TestMethod]
    public void What_means_the_same_has_no_differences()
    {
        var one = Parse("operators:\n  local.default: { kind: local }\n");

        Assert.IsEmpty(WiringDiff.Compare(one, Parse("# comment\noperators: { local.default: { backend: { type: local } } }\n")));
    }

    [TestMethod]
    public void Values_under_secret_names_are_hidden()
    {
        var differences = WiringDiff.Compare(
            Parse("operators: { hpc.a: { backend: { type: slurm, slurm: { env: { LAB_TOKEN: '${env:ONE}', A: '1' } } } } }"),
            Parse("operators: { hpc.a: { backend: { type: slurm, slurm: { env: { LAB_TOKEN: '${env:TWO}', A: '2' } } } } }")
        );

        var told = string.Concat(differences);
        Assert.HasCount(1, differences);
        Assert.DoesNotContain("${env", told);
        Assert.Contains("LAB_TOKEN", told);
        Assert.Contains("(hidden)", told);
        Assert.Contains("\"A\":\"2\"", told);
    }

    private static OperatorsFile Parse(string text) =>
        OperatorsFile.Parse(System.Text.Encoding.UTF8.GetBytes(text), "operators.yaml", Schedulers.Schema, outside: null).GetValueOrThrow();
}
