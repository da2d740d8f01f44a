using MatterStack.Engine.Runs;
using MatterStack.Engine.Wiring;

namespace MatterStack.Engine.Evidence;

/// <summary>Writes the changes of a run's wiring after it was persisted, as actions of people.</summary>
internal sealed class CrateHistory(BundleFolder bundle, CrateJson crate)
{
    public static IEnumerable<(string Id, WiringEvent Event)> Overrides(IReadOnlyList<WiringEvent> history) =>
        history.Select((e, i) => ($"#wiring-{i + 1}", e)).Where(o => o.e.Event != WiringEvents.Persisted);

    public void Write(IReadOnlyList<WiringEvent> history)
    {
        foreach (var (id, happened) in Overrides(history))
        {
            var inForce = WiringEvents.PutsInForce(happened.Event);
            crate.Entity(id, "UpdateAction", () =>
            {
                crate.Text("name", happened.Event);
                crate.Text("description", happened.Reason ?? NameOf(happened.Event));
                crate.Text("startTime", happened.AtUtc.ToText());
                crate.Text("endTime", happened.AtUtc.ToText());
                crate.Reference("instrument", Crate.Engine);
                crate.Reference("agent", CrateActions.PersonOf($"{happened.User}@{happened.Host}"));
                crate.References("object", Copies(happened.PriorSha256?.Hex));
                crate.References("result", inForce ? Copies(happened.Sha256?.Hex) : []);
                crate.Reference("actionStatus", CrateActions.StatusOf(inForce ? "COMPLETED" : "FAILED"));
                crate.Text("error", inForce ? null : happened.Reason ?? NameOf(happened.Event));
            });
        }
    }

    private static string NameOf(string name) => name switch
    {
        WiringEvents.OverrideForced => "The wiring was replaced",
        WiringEvents.OverrideRefused => "Another wiring was offered and refused",
        WiringEvents.Tampered => "The wiring was found changed",
        WiringEvents.Repaired => "The wiring was restored",
        _ => name,
    };

    private IEnumerable<string> Copies(string? hash) => hash is not null && bundle.TryGet(BundleNames.WiringCopy(hash), out _) ? [BundleNames.WiringCopy(hash)] : [];
}
