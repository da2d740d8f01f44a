using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Lifecycle.Model;

/// <summary>Text forms of <see cref="UsageSource"/> in the store, in items and in evidence.</summary>
internal static class UsageSourceText
{
    private static readonly EnumText<UsageSource> Sources = new(
        "a source of usage",
        (UsageSource.None, "none"),
        (UsageSource.Wait4, "wait4"),
        (UsageSource.Processes, "proc"),
        (UsageSource.Times, "times"),
        (UsageSource.Sacct, "sacct"),
        (UsageSource.Qacct, "qacct"),
        (UsageSource.Operator, "operator"),
        (UsageSource.Pending, "pending")
    );

    public static string ToText(this UsageSource source) => Sources.GetText(source);

    /// <summary>Finds a source by its text. Returns <see cref="UsageSource.None"/> for another text: a later version may know
    /// more.</summary>
    public static UsageSource Find(string text) => Sources.FindValue(text) ?? UsageSource.None;
}
