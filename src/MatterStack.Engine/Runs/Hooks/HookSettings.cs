using MatterStack.Engine.Identity;
using MatterStack.Engine.Wiring;
using MatterStack.Engine.Wiring.Fields;
using MatterStack.Engine.Wiring.Parsing;

namespace MatterStack.Engine.Runs.Hooks;

/// <summary>Hooks of the wiring: which events are delivered, and where.</summary>
internal sealed class HookSettings
{
    private readonly OperatorsFile _wiring;

    public HookSettings(OperatorsFile wiring)
    {
        _wiring = wiring;
        RunHooks = wiring.Defaults.GetGroup(HookFields.OfRun.Name);
        KeysWithHooks = wiring
            .Operators.Values.Where(o => o.Settings.GetGroup(HookFields.OfOperator.Name) is not null)
            .Select(o => o.Key)
            .ToHashSet();
    }

    /// <summary>Whether the wiring has no hooks.</summary>
    public bool IsEmpty => RunHooks is null && KeysWithHooks.Count == 0;

    /// <summary>Hooks of the run.</summary>
    private Settings? RunHooks { get; }

    private HashSet<OperatorKey> KeysWithHooks { get; }

    /// <summary>Finds a hook. Returns null if the wiring does not have it.</summary>
    /// <param name="key">The operator; null for a hook of the run.</param>
    /// <param name="name">Name of the hook, for example <c>on_failed</c>.</param>
    public Settings? FindHook(OperatorKey? key, string name) =>
        (
            key is not { } one ? RunHooks
            : KeysWithHooks.Contains(one) ? _wiring.Operators[one].Settings.GetGroup(HookFields.OfOperator.Name)
            : null
        )?.GetGroup(name);
}
