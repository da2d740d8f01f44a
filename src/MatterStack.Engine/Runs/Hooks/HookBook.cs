using MatterStack.Engine.Identity;
using MatterStack.Engine.Wiring;
using MatterStack.Engine.Wiring.Schema;

namespace MatterStack.Engine.Runs.Hooks;

/// <summary>Hooks of the wiring: which events are delivered, and where.</summary>
internal sealed class HookBook
{
    private readonly OperatorsFile _wiring;

    public HookBook(OperatorsFile wiring)
    {
        _wiring = wiring;
        OfRun = wiring.Defaults.GetGroup(HookFields.OfRun.Name);
        Keys = wiring.Operators.Values.Where(o => o.Settings.GetGroup(HookFields.OfOperator.Name) is not null).Select(o => o.Key).ToHashSet();
    }

    /// <summary>Whether the wiring has no hooks.</summary>
    public bool IsEmpty => OfRun is null && Keys.Count == 0;

    /// <summary>Hooks of the run.</summary>
    private Settings? OfRun { get; }

    private HashSet<OperatorKey> Keys { get; }

    /// <summary>Finds a hook. Returns null if the wiring does not have it.</summary>
    /// <param name="key">The operator; null for a hook of the run.</param>
    /// <param name="name">Name of the hook, for example <c>on_failed</c>.</param>
    public Settings? Find(OperatorKey? key, string name) =>
        (key is not { } one ? OfRun : Keys.Contains(one) ? _wiring.Operators[one].Settings.GetGroup(HookFields.OfOperator.Name) : null)?.GetGroup(name);
}
