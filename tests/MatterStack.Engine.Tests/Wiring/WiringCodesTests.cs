using MatterStack.Engine.Wiring;
using MatterStack.Engine.Wiring.Resolving;

namespace MatterStack.Engine.Tests.Wiring;

[TestClass]
public sealed class WiringCodesTests
{
    [TestMethod]
    public void Every_code_is_listed_once_and_says_what_to_do()
    {
        var declared = KnownCodes.ListIn(typeof(WiringCodes));
        Assert.HasCount(declared.Count, declared.DistinctBy(static code => code.Code).ToArray());
        foreach (var code in declared)
        {
            Assert.MatchesRegex("^MATTER1[0-9]{3}$", code.Code);
            Assert.IsTrue(code.Title.Length > 0 && code.Cause.Length > 0 && code.Remedy.Length > 0, code.Code);
        }
    }

    [TestMethod]
    public void Names_of_sources_are_those_of_the_contract()
    {
        var names = Enum.GetValues<WiringSource>().Select(static source => source.ToText()).ToArray();

        CollectionAssert.AreEqual(
            new[] { "cli", "run_persisted", "workspace_default", "env_var", "legacy_profile", "legacy_hpc_yaml", "builtin_default" },
            names
        );
        foreach (var source in Enum.GetValues<WiringSource>())
        {
            Assert.IsTrue(WiringSources.TryParse(source.ToText(), out var parsed) && parsed == source);
        }
    }

    [TestMethod]
    public void The_override_is_decided_by_meaning_end_and_force()
    {
        (bool Same, bool Ended, bool Force, OverrideDecision Decision)[] table =
        [
            (true, false, false, OverrideDecision.SameMeaning),
            (true, false, true, OverrideDecision.SameMeaning),
            (true, true, false, OverrideDecision.SameMeaning),
            (true, true, true, OverrideDecision.SameMeaning),
            (false, false, false, OverrideDecision.Refused),
            (false, false, true, OverrideDecision.Replaced),
            (false, true, false, OverrideDecision.RefusedAfterEnd),
            (false, true, true, OverrideDecision.RefusedAfterEnd),
        ];
        foreach (var (same, ended, force, decision) in table)
        {
            Assert.AreEqual(decision, WiringResolver.DecideOverride(same, ended, force));
        }
    }
}
