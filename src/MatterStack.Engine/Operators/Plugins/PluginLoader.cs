using System.Globalization;
using System.Reflection;
using MatterStack.Engine.Campaigns.Loading;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Operators.Plugins;

/// <summary>Loads the operator providers of a campaign (plug-ins).</summary>
internal static class PluginLoader
{
    /// <param name="assembly">Absolute path of the campaign's assembly; null or a missing file: there are no plug-ins.</param>
    /// <exception cref="ProblemException">A provider cannot be loaded or created.</exception>
    public static IReadOnlyList<OperatorProvider> LoadProviders(string? assembly)
    {
        if (assembly is null || !File.Exists(assembly) || PluginScanner.FindProviders(assembly) is not { Count: > 0 } found)
        {
            return [];
        }

        // The load context is unloaded when its last operator is gone.
        var context = new CampaignLoadContext(assembly);
        var loaded = new Dictionary<string, Assembly>(StringComparer.Ordinal);
        return
        [
            .. found.Select(provider =>
            {
                if (!loaded.TryGetValue(provider.Assembly, out var from))
                {
                    loaded[provider.Assembly] = from = RunGuarded(provider.Name, () =>
                        context.LoadFromAssemblyName(AssemblyName.GetAssemblyName(provider.Assembly))
                    );
                }

                return RunGuarded(provider.Name, () =>
                    (OperatorProvider)new PluginProvider(CreateProvider(from.GetType(provider.Name, throwOnError: true)!))
                );
            }),
        ];
    }

    private static OperatorProvider CreateProvider(Type type) =>
        type.GetConstructor([]) is { } constructor
            ? (OperatorProvider)constructor.Invoke(BindingFlags.DoNotWrapExceptions, null, null, CultureInfo.InvariantCulture)
            : throw new ProblemException(
                new Problem(OperatorCodes.PluginNotUsable, $"{type.FullName} has no public constructor without parameters", "Add one.")
            );

    internal static T RunGuarded<T>(string name, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception e) when (e is not (ProblemException or OutOfMemoryException))
        {
            throw new ProblemException(
                new Problem(
                    OperatorCodes.PluginNotUsable,
                    $"{name} cannot be used: {e.GetType().Name}: {e.Message}{DescribeThrowSite(e)}",
                    ApiMismatch.IsCause(e) ? ApiMismatch.OperatorRemedy : OperatorCodes.PluginNotUsable.Remedy
                )
            );
        }
    }

    /// <summary>Returns the plug-in's method that threw, in parentheses; empty if unknown.</summary>
    internal static string DescribeThrowSite(Exception e) =>
        e
            .StackTrace?.Split('\n')
            .FirstOrDefault(l =>
                !l.Contains("MatterStack.Engine", StringComparison.Ordinal) && !l.Contains(" System.", StringComparison.Ordinal)
            )
            ?.Trim()
            is { } line
            ? $" ({line})"
            : "";
}
