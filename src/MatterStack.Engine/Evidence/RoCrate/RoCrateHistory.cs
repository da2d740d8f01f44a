using MatterStack.Engine.Evidence.Bundle;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Runs;
using MatterStack.Engine.Wiring;

namespace MatterStack.Engine.Evidence.RoCrate;

/// <summary>Writes the changes of a run's wiring after it was persisted, as actions of people.</summary>
internal sealed class RoCrateHistory(BundleFolder bundle, RoCrateJson crate)
{
    public static IEnumerable<(string Id, WiringEvent Event)> ListOverrides(IReadOnlyList<WiringEvent> history) =>
        history.Select((e, i) => ($"#wiring-{i + 1}", e)).Where(o => o.e.Event != WiringEvents.Persisted);

    public void Write(IReadOnlyList<WiringEvent> history)
    {
        foreach (var (id, happened) in ListOverrides(history))
        {
            var inForce = WiringEvents.PutsInForce(happened.Event);
            crate.WriteEntity(id, "UpdateAction", () =>
            {
                crate.WriteText("name", happened.Event);
                crate.WriteText("description", happened.Reason ?? DescribeEvent(happened.Event));
                crate.WriteText("startTime", happened.AtUtc.ToText());
                crate.WriteText("endTime", happened.AtUtc.ToText());
                crate.WriteReference("instrument", RoCrateWriter.EngineEntityId);
                crate.WriteReference("agent", RoCrateActions.GetPersonId($"{happened.User}@{happened.Host}"));
                crate.WriteReferences("object", ListWiringCopies(happened.PriorSha256?.Hex));
                crate.WriteReferences("result", inForce ? ListWiringCopies(happened.Sha256?.Hex) : []);
                crate.WriteReference("actionStatus", RoCrateActions.GetActionStatus(inForce ? RunState.Completed : RunState.Failed));
                crate.WriteText("error", inForce ? null : happened.Reason ?? DescribeEvent(happened.Event));
            });
        }
    }

    private static string DescribeEvent(string name) =>
        name switch
        {
            WiringEvents.OverrideForced => "The wiring was replaced",
            WiringEvents.OverrideRefused => "Another wiring was offered and refused",
            WiringEvents.Tampered => "The wiring was found changed",
            WiringEvents.Repaired => "The wiring was restored",
            _ => name,
        };

    private IEnumerable<string> ListWiringCopies(string? hash) =>
        hash is not null && bundle.TryGet(BundleNames.GetWiringCopyPath(hash), out _) ? [BundleNames.GetWiringCopyPath(hash)] : [];
}
