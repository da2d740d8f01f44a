using System.Reflection;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Tests;

/// <summary>The codes of all problems, as the classes of codes declare them.</summary>
internal static class KnownCodes
{
    public static IReadOnlyList<ProblemCode> All { get; } =
    [.. typeof(ProblemCode).Assembly.GetTypes().SelectMany(ListIn).OrderBy(code => code.Code, StringComparer.Ordinal)];

    /// <summary>Codes of one class.</summary>
    public static IReadOnlyList<ProblemCode> ListIn(Type type) =>
        type.ContainsGenericParameters
            ? []
            :
            [
                .. type.GetFields(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static)
                    .Where(field => field.FieldType == typeof(ProblemCode))
                    .Select(field => (ProblemCode)field.GetValue(null)!),
            ];

    /// <summary>Codes with a first digit.</summary>
    public static IReadOnlyList<ProblemCode> ListFamily(char digit) => [.. All.Where(code => code.Code["MATTER".Length] == digit)];
}
