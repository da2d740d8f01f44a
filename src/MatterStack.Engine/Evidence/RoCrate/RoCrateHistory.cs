using MatterStack.Engine.Evidence.Bundle;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Wiring;

namespace MatterStack.Engine.Evidence.RoCrate;

/// <summary>Writes the changes of a run's wiring after it was persisted, as actions of people.</summary>
internal sealed class RoCrateHistory(BundleFolder bundle, RoCrateJson crate)
{
    public static IEnumerable<(string Id, WiringEvent Event)> ListOverrides(IReadOnlyList<WiringEvent> history) =>
        history.Select((e, i) => ($"#wiring-{i + 1}", e)).Where(o => o.e.Kind.Value != WiringEventKind.Persisted);

    public void Write(IReadOnlyList<WiringEvent> history)
    {
        foreach (var (id, happened) in ListOverrides(history))
        {
            var inForce = happened.PutsInForce;
            crate.WriteEntity(id, "UpdateAction", () =>
            {
                crate.WriteText("name", happened.Kind.Text);
                crate.WriteText("description", happened.Reason ?? DescribeKind(happened.Kind));
                crate.WriteText("startTime", happened.AtUtc.ToText());
                crate.WriteText("endTime", happened.AtUtc.ToText());
                crate.WriteReference("instrument", RoCrateWriter.EngineEntityId);
                crate.WriteReference("agent", RoCrateActions.GetPersonId($"{happened.User}@{happened.Host}"));
                crate.WriteReferences("object", ListWiringCopies(happened.PriorSha256));
                crate.WriteReferences("result", inForce ? ListWiringCopies(happened.Sha256) : []);
                crate.WriteReference("actionStatus", RoCrateActions.GetActionStatus(inForce ? RunState.Completed : RunState.Failed));
                crate.WriteText("error", inForce ? null : happened.Reason ?? DescribeKind(happened.Kind));
            });
        }
    }

    private static string DescribeKind(RecordedKind<WiringEventKind> kind) =>
        kind.Value switch
        {
            WiringEventKind.OverrideForced => "The wiring was replaced",
            WiringEventKind.OverrideRefused => "Another wiring was offered and refused",
            WiringEventKind.Tampered => "The wiring was found changed",
            WiringEventKind.Repaired => "The wiring was restored",
            _ => kind.Text,
        };

    private IEnumerable<string> ListWiringCopies(Sha256? hash) =>
        hash is { } known && bundle.TryGet(BundleNames.GetWiringCopyPath(known), out _) ? [BundleNames.GetWiringCopyPath(known)] : [];
}
