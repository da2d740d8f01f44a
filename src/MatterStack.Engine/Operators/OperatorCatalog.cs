using MatterStack.Engine.Identity;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Wiring.Fields;

namespace MatterStack.Engine.Operators;

/// <summary>The kinds of operators of a workspace: the built-in kinds and the kinds of the campaign's plug-ins. Plug-ins are searched only
/// when a kind is requested that is not built in.</summary>
internal sealed class OperatorCatalog
{
    private readonly WiringSchema _builtInSchema;
    private readonly Dictionary<string, OperatorProvider> _builtIn;
    private readonly Lazy<Dictionary<string, OperatorProvider>> _plugins;

    /// <param name="schema">Keys of the built-in kinds.</param>
    /// <param name="builtIn">Providers of the built-in kinds.</param>
    public OperatorCatalog(WiringSchema schema, IEnumerable<OperatorProvider> builtIn)
        : this(schema, builtIn, static () => []) { }

    private OperatorCatalog(WiringSchema schema, IEnumerable<OperatorProvider> builtIn, Func<IReadOnlyList<OperatorProvider>> plugins)
    {
        _builtInSchema = schema;
        _builtIn = builtIn.ToDictionary(p => p.Kind.Name, StringComparer.Ordinal);
        _plugins = new(() => IndexByKind(plugins()));
        Schema = schema.WithAdditional(() => [.. _plugins.Value.Values.Select(p => p.Kind)]);
    }

    /// <summary>Keys that <c>operators.yaml</c> may contain.</summary>
    public WiringSchema Schema { get; }

    public OperatorProvider? FindProvider(string kind) => _builtIn.GetValueOrDefault(kind) ?? _plugins.Value.GetValueOrDefault(kind);

    /// <summary>Finds the built-in kind of an operator key. Returns null for other kinds; plug-ins are not loaded.</summary>
    public OperatorProvider? FindBuiltIn(OperatorKey key) => _builtIn.GetValueOrDefault(key.Value.Split('.', 2)[0]);

    /// <summary>Returns a catalog with a campaign's plug-ins added.</summary>
    public OperatorCatalog WithPlugins(Func<IReadOnlyList<OperatorProvider>> plugins) => new(_builtInSchema, _builtIn.Values, plugins);

    private Dictionary<string, OperatorProvider> IndexByKind(IReadOnlyList<OperatorProvider> plugins)
    {
        var byKind = new Dictionary<string, OperatorProvider>(StringComparer.Ordinal);
        foreach (var provider in plugins)
        {
            var name = provider.Kind.Name;
            if (
                name is null
                || name.Length == 0
                || !char.IsAsciiLetterLower(name[0])
                || !name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_')
            )
            {
                throw new ProblemException(
                    new Problem(
                        OperatorCodes.PluginNotUsable,
                        $"{provider.Name} serves the kind '{name}', which cannot be the first part of an operator key",
                        "Use lower-case letters, digits and '_', with a letter first."
                    )
                );
            }

            if (_builtIn.ContainsKey(name) || !byKind.TryAdd(name, provider))
            {
                throw new ProblemException(
                    new Problem(
                        OperatorCodes.PluginNotUsable,
                        $"{provider.Name} serves the kind '{name}', which "
                            + $"{(byKind.TryGetValue(name, out var other) ? other.Name + " serves" : "is built in")}",
                        "Give the operator a kind that no other operator serves."
                    )
                );
            }
        }

        return byKind;
    }
}
