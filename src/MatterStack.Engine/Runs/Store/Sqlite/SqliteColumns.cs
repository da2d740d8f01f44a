using System.Runtime.InteropServices;
using SQLitePCL;

namespace MatterStack.Engine.Runs.Store.Sqlite;

/// <summary>Functions of SQLite that read a value of a statement's current row.</summary>
/// <remarks>They are called millions of times. SQLitePCLRaw counts the users of the statement in each call and switches the thread's mode
/// for the collector, which takes several times as long as the functions themselves. These functions only read memory: the row was read
/// from the disk by <c>sqlite3_step</c>. <see href="https://www.sqlite.org/c3ref/column_blob.html"/></remarks>
internal static unsafe class SqliteColumns
{
    // The library that SQLitePCLRaw has loaded, found as it finds it.
    private static readonly nint Library = NativeLibrary.Load("e_sqlite3", typeof(SQLite3Provider_e_sqlite3).Assembly, null);

    private static readonly delegate* unmanaged[Cdecl, SuppressGCTransition]<nint, int, byte*> Blob =
        (delegate* unmanaged[Cdecl, SuppressGCTransition]<nint, int, byte*>)NativeLibrary.GetExport(Library, "sqlite3_column_blob");

    private static readonly delegate* unmanaged[Cdecl, SuppressGCTransition]<nint, int, int> Bytes =
        (delegate* unmanaged[Cdecl, SuppressGCTransition]<nint, int, int>)NativeLibrary.GetExport(Library, "sqlite3_column_bytes");

    private static readonly delegate* unmanaged[Cdecl, SuppressGCTransition]<nint, int, long> Int64 =
        (delegate* unmanaged[Cdecl, SuppressGCTransition]<nint, int, long>)NativeLibrary.GetExport(Library, "sqlite3_column_int64");

    /// <summary>Bytes of a text, valid until the next row; empty if the value is null or the text is empty.</summary>
    /// <param name="statement">A statement of <see cref="sqlite3_stmt"/>; 0 has no values.</param>
    /// <param name="column">Column, from 0.</param>
    public static ReadOnlySpan<byte> GetBytes(nint statement, int column)
    {
        // In this order: the first function fixes the form of the value, whose length the second one returns.
        var first = Blob(statement, column);
        return new ReadOnlySpan<byte>(first, Bytes(statement, column));
    }

    /// <summary>A whole number; 0 if the value is a text or null.</summary>
    /// <inheritdoc cref="GetBytes"/>
    public static long GetInt64(nint statement, int column) => Int64(statement, column);
}
