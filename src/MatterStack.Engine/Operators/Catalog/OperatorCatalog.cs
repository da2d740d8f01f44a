using MatterStack.Engine.Operators.Experiment;
using MatterStack.Engine.Operators.Hpc;
using MatterStack.Engine.Operators.Human;
using MatterStack.Engine.Operators.Local;
using MatterStack.Engine.Operators.ManualHpc;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Wiring.Fields;

namespace MatterStack.Engine.Operators.Catalog;

/// <summary>The kinds of operators of a workspace: the built-in kinds and the kinds of the campaign's plug-ins. Plug-ins are searched only
/// when a kind is requested that is not built in.</summary>
internal sealed class OperatorCatalog
{
    private readonly Dictionary<string, OperatorProvider> _builtIn;
    private readonly Lazy<Dictionary<string, OperatorProvider>> _plugins;

    private OperatorCatalog(IEnumerable<OperatorProvider> builtIn, Func<IReadOnlyList<OperatorProvider>> own)
    {
        _builtIn = builtIn.ToDictionary(p => p.Kind.Name, StringComparer.Ordinal);
        _plugins = new(() => IndexByKind(own()));
        Schema = Schedulers.Schema.WithAdditional(() => [.. _plugins.Value.Values.Select(p => p.Kind)]);
    }

    public static OperatorCatalog BuiltIn { get; } = new(
        [
            new LocalProvider("local"),
            new HpcProvider(),
            new HumanProvider(),
            new ExperimentProvider(),
            new ManualHpcProvider(),
        ],
        static () => []);

    /// <summary>Keys that <c>operators.yaml</c> may contain.</summary>
    public WiringSchema Schema { get; }

    public OperatorProvider? FindProvider(string kind) => _builtIn.GetValueOrDefault(kind) ?? _plugins.Value.GetValueOrDefault(kind);

    /// <summary>Finds the built-in kind of an operator key. Returns null for other kinds; plug-ins are not loaded.</summary>
    public OperatorProvider? FindBuiltIn(string operatorKey) => _builtIn.GetValueOrDefault(operatorKey.Split('.', 2)[0]);

    /// <summary>Returns a catalog with a campaign's plug-ins added.</summary>
    public OperatorCatalog WithPlugins(Func<IReadOnlyList<OperatorProvider>> own) => new(_builtIn.Values, own);

    private Dictionary<string, OperatorProvider> IndexByKind(IReadOnlyList<OperatorProvider> own)
    {
        var byKind = new Dictionary<string, OperatorProvider>(StringComparer.Ordinal);
        foreach (var provider in own)
        {
            var name = provider.Kind.Name;
            if (name is null || name.Length == 0 || !char.IsAsciiLetterLower(name[0]) || !name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_'))
            {
                throw new ProblemException(new Problem(OperatorCodes.PluginNotUsable, 
                    $"{GetProviderName(provider)} serves the kind '{name}', which cannot be the first part of an operator key",
                    "Use lower-case letters, digits and '_', with a letter first."));
            }

            if (_builtIn.ContainsKey(name) || !byKind.TryAdd(name, provider))
            {
                throw new ProblemException(new Problem(OperatorCodes.PluginNotUsable,
                    $"{GetProviderName(provider)} serves the kind '{name}', which {(byKind.TryGetValue(name, out var other) ? GetProviderName(other) + " serves" : "is built in")}",
                    "Give the operator a kind that no other operator serves."));
            }
        }

        return byKind;
    }

    private static string GetProviderName(OperatorProvider provider) => provider is MatterStack.Engine.Operators.Plugins.PluginProvider guarded ? guarded.Name : provider.GetType().FullName!;
}
