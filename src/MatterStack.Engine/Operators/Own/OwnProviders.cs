using System.Globalization;
using System.Reflection;
using MatterStack.Engine.Campaigns.Loading;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Operators.Own;

/// <summary>Makes the operator providers that a campaign brings along.</summary>
internal static class OwnProviders
{
    /// <param name="assembly">Absolute path of the campaign's own assembly; null, or not there: it has none.</param>
    /// <exception cref="ProblemException">One cannot be loaded or made, or serves a kind that is there already.</exception>
    public static IReadOnlyList<OperatorProvider> Load(string? assembly)
    {
        if (assembly is null || !File.Exists(assembly) || ProviderFinder.Find(assembly) is not { Count: > 0 } found)
        {
            return [];
        }

        // It goes when the last operator that it made is gone.
        var context = new CampaignContext(assembly);
        var loaded = new Dictionary<string, Assembly>(StringComparer.Ordinal);
        return [.. found.Select(provider =>
        {
            if (!loaded.TryGetValue(provider.Assembly, out var from))
            {
                loaded[provider.Assembly] = from = Guard(provider.Name, () => context.LoadFromAssemblyName(AssemblyName.GetAssemblyName(provider.Assembly)));
            }

            return Guard(provider.Name, () => (OperatorProvider)new GuardedProvider(Make(from.GetType(provider.Name, throwOnError: true)!)));
        })];
    }

    private static OperatorProvider Make(Type type) => type.GetConstructor([]) is { } constructor
        ? (OperatorProvider)constructor.Invoke(BindingFlags.DoNotWrapExceptions, null, null, CultureInfo.InvariantCulture)
        : throw new ProblemException(new Problem(OperatorCodes.ProviderNotUsable, $"{type.FullName} has no public constructor without parameters", "Give it one."));

    internal static T Guard<T>(string name, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception e) when (e is not (ProblemException or OutOfMemoryException))
        {
            throw new ProblemException(Problem.Of(OperatorCodes.ProviderNotUsable, $"{name} cannot be used: {e.GetType().Name}: {e.Message}{At(e)}"));
        }
    }

    /// <summary>The method of the stranger's code that threw.</summary>
    internal static string At(Exception e) => e.StackTrace?.Split('\n').FirstOrDefault(l => !l.Contains("MatterStack.Engine", StringComparison.Ordinal) && !l.Contains(" System.", StringComparison.Ordinal))?.Trim() is { } line ? $" ({line})" : "";
}
