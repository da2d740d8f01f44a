using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Campaigns.Loading;

/// <summary>Writes and reads a campaign's state, and rejects a state that would come back changed.</summary>
/// <param name="options">Options for one load of the campaign, because they cache its types.</param>
internal sealed class StateSerializer<TState>(JsonSerializerOptions options)
    where TState : class
{
    public string Write(TState? state)
    {
        if (state is null)
        {
            throw CreateException("Analyze returned null", "Return the state; to finish, return null from Plan.");
        }

        try
        {
            // Without a resolver the options would know no type.
            options.MakeReadOnly(populateMissingResolver: true);
            if (FindHiddenType(typeof(TState), []) is { } hidden)
            {
                throw CreateException(
                    $"the data of {hidden.Name}, which the state holds, are not in public properties or fields",
                    hidden == typeof(Random)
                        ? $"Keep a {nameof(SeededRandom)} in place of Random."
                        : "Give it public properties with get and set (or init), or store the values from which it is created."
                );
            }

            var written = JsonSerializer.Serialize(state, options);
            var back = Read(written);
            if (back.GetType() != state.GetType())
            {
                throw CreateException(
                    $"a {state.GetType().Name} would come back as {back.GetType().Name}",
                    "Declare the state's own type as TState, or give the base type [JsonDerivedType] attributes."
                );
            }

            var lost = StateComparison.FindDifference(state, back);
            var again = JsonSerializer.Serialize(back, options);
            if (again != written)
            {
                throw CreateException(
                    $"{DescribeMember(lost)} is stored as {TextDifference.ExtractDifference(written, again)} and comes back as "
                        + $"{TextDifference.ExtractDifference(again, written)}",
                    "Give what is missing a public property with get and set (or init), or a parameter of the constructor with its name."
                );
            }

            return lost is null ? written : throw CreateLossException(lost);
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or InvalidOperationException)
        {
            throw CreateException(e.Message, "Use types that System.Text.Json can write and read.");
        }
    }

    public TState Read(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<TState>(json, options) ?? throw new JsonException("it is null");
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or InvalidOperationException)
        {
            throw CreateException("it cannot be read back: " + e.Message, "Use types that System.Text.Json can write and read.");
        }
    }

    /// <summary>Checks that planning has not changed the state, because the change would be lost.</summary>
    /// <exception cref="ProblemException">Planning has changed the state.</exception>
    public void ExpectUnchanged(string stored, TState afterPlanning)
    {
        if (JsonSerializer.Serialize(afterPlanning, options) is var now && now != stored)
        {
            throw new ProblemException(
                Problem.Create(
                    CampaignCodes.PlanChangesState,
                    $"Plan changed the state from {TextDifference.ExtractDifference(stored, now)} to "
                        + $"{TextDifference.ExtractDifference(now, stored)}"
                )
            );
        }
    }

    // Finds a type that has fields but nothing to serialize; null if there is none.
    private Type? FindHiddenType(Type type, HashSet<Type> seen)
    {
        if (!seen.Add(type) || !options.TryGetTypeInfo(type, out var info))
        {
            return null;
        }

        if (info.Kind is JsonTypeInfoKind.Enumerable or JsonTypeInfoKind.Dictionary)
        {
            return info.ElementType is { } element ? FindHiddenType(element, seen) : null;
        }

        if (info.Kind != JsonTypeInfoKind.Object)
        {
            return null;
        }

        var written = info.Properties.Where(p => p.Get is not null).ToList();
        return written.Count == 0 && type != typeof(object) && HasFields(type)
            ? type
            : written.Select(p => FindHiddenType(p.PropertyType, seen)).FirstOrDefault(found => found is not null);
    }

    private static bool HasFields(Type type)
    {
        for (var current = type; current is not null; current = current.BaseType)
        {
            if (current.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic).Length > 0)
            {
                return true;
            }
        }

        return false;
    }

    private static ProblemException CreateLossException(StateDifference lost) =>
        CreateException(
            $"{DescribeMember(lost)} is {lost.Original} and would come back as {lost.ReadBack}",
            lost.IsTypeChange
                ? "Declare the member's own type, or give the base type [JsonDerivedType] attributes; "
                    + "a value in a member of type object needs a declared type."
                : "Give it a public property with get and set (or init), or a parameter of the constructor with its name, "
                    + "of a type that JSON can hold; mark a member with [JsonIgnore] if it need not be stored."
        );

    private static string DescribeMember(StateDifference? lost) => lost is { Path.Length: > 0 } ? lost.Path : "it";

    private static ProblemException CreateException(string why, string remedy) =>
        new(new Problem(CampaignCodes.StateNotStored, $"The state {typeof(TState).Name} cannot be stored: {why}", remedy));
}
